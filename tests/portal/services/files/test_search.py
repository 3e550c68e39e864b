"""The search through a whole file."""

from app.portal.services.files.search import MOST_HITS, search_lines


def test_search_ignores_case_and_takes_no_pattern() -> None:
    found = search_lines(["a.B=1", "axb=2", "x A.b", "A.B a.b"], "a.b")
    assert [(hit.number, hit.before, hit.match, hit.after) for hit in found.hits] == [
        (1, "", "a.B", "=1"),
        (3, "x ", "A.b", ""),
        (4, "", "A.B", " a.b"),
    ]
    assert found.total == 3


def test_hits_are_limited_and_long_lines_cut() -> None:
    found = search_lines(["x" * 500 + "needle" + "y" * 500] * (MOST_HITS + 5), "needle")
    assert (len(found.hits), found.total) == (MOST_HITS, MOST_HITS + 5)
    assert (found.hits[0].before, found.hits[0].after) == ("…" + "x" * 60, "y" * 60 + "…")
