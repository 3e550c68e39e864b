"""Finding rows by their search texts, few or many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.lists import search_texts
from app.portal.lists.search_texts import SearchTexts, fold, to_mask


@given(
    st.lists(st.text("ab\0\n", max_size=4), max_size=12),
    st.text("ab\0\n", min_size=1, max_size=3),
    st.sampled_from([0, 1, 3, 1_000]),
)
def test_those_rows_are_found_that_have_the_text_in_theirs_be_they_few_or_many(
    texts: list[str], text: str, few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_texts, "_FEW", few)
        found = SearchTexts(texts)
        assert found.mask(text) == to_mask([text in each for each in texts])
        rows = [row for row, each in enumerate(texts) if text in each]
        if "\0" not in text:
            assert found._few_with(text) == (rows if len(rows) <= few else None)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Élodie", "elodie"), ("Łukasz Yılmaz", "LUKASZ YILMAZ"), ("Søren", "Soren"), ("Weiß", "weiss"), ("e\u0301", "é")],
)
def test_a_name_is_found_without_its_accents_and_with_them(name: str, typed: str) -> None:
    assert fold(name) == fold(typed) == fold(name.upper())
