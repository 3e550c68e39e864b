"""Words, MACs and phone numbers in what people type."""

import pytest

from app.portal.services.search.patterns import to_pattern


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Élodie WEBER", [["elodie"], ["weber"]]),
        ('"hq 1.04" weber', [["hq 1.04"], ["weber"]]),
        ("00:15:65", [["00:15:65", "001565"]]),
        ("00 15 65 a1", [["00 15 65 a1", "001565a1"]]),
        ("cafe 12", [["cafe"], ["12"]]),
        ("10.0.0.1", [["10.0.0.1"]]),
        ("+44 20 7946 0001", [["+44 20 7946 0001", "079460001"]]),
        ("(020) 7946-0001", [["(020) 7946-0001", "079460001"]]),
        ("02079460001", [["02079460001", "079460001"]]),
        ("2005", [["2005"]]),
        ("  ", []),
        ("\u0301", [["\u0301"]]),
    ],
)
def test_text_becomes_words_in_their_notations(text: str, words: list[list[str]]) -> None:
    assert [list(word) for word in to_pattern(text).words] == words


def test_whole_text_is_without_quotes() -> None:
    assert to_pattern('"Élodie" Weber').whole == ["elodie weber"]
    assert to_pattern("A1B2").whole == ["a1b2"]
