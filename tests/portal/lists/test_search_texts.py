"""Searching rows by their texts, few or many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.lists import search_texts
from app.portal.lists.search_texts import SearchTexts, to_mask
from tests.support.cases import record_case, requires_cases


@requires_cases("in none", "in few", "in many", "NUL")
@given(
    st.lists(st.text("ab\0\n", max_size=4), max_size=12),
    st.text("ab\0\n", min_size=1, max_size=3),
    st.sampled_from([0, 1, 3, 1_000]),
)
def test_mask_has_rows_with_text(texts: list[str], text: str, few: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_texts, "_MAX_FEW", few)
        searched = SearchTexts(texts)
        assert searched.mask(text) == to_mask([text in row_text for row_text in texts])
        rows = [row for row, row_text in enumerate(texts) if text in row_text]
        record_case("NUL", "\0" in text)
        record_case("in many" if len(rows) > few else "in few" if rows else "in none")
        if "\0" not in text:
            assert searched._few_rows_with(text) == (rows if len(rows) <= few else None)
