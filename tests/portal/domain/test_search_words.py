"""Words as people search for them."""

import pytest

from app.portal.domain.search_words import fold, has_words, split_words


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Élodie", "elodie"), ("Łukasz Yılmaz", "LUKASZ YILMAZ"), ("Søren", "Soren"), ("Weiß", "weiss"), ("e\u0301", "é")],
)
def test_fold_ignores_case_and_accents(name: str, typed: str) -> None:
    assert fold(name) == fold(typed) == fold(name.upper())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("t48g  online", ["t48g", "online"]),
        ('"hq 1" weber', ["hq 1", "weber"]),
        ("\u201chq 1\u201d weber\u201ehq\u201c", ["hq 1", "weber", "hq"]),
        ('weber "hq 1', ["weber", "hq 1"]),
        ('a a "" "', ["a"]),
        ("", []),
        (" ".join("abcdefghijklmnopqrstuv"), [*"abcdefghijklmnopqrst", "u v"]),
    ],
)
def test_words_are_split_at_blanks_outside_quotes(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_all_words_must_be_somewhere() -> None:
    assert has_words(["svensson", "elodie"], "Élodie", "Svensson")
    assert not has_words(["svensson", "weber"], "Élodie", "Svensson")
    assert not has_words(["elodie svensson"], "Élodie", "Svensson")
