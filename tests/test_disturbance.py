from collections.abc import Mapping

import pytest

from app.disturbance import FAULTS, KINDS, parse_delays, parse_failures


@pytest.mark.parametrize(
    ("text", "delays"),
    [
        ("", {}),
        ("2", dict.fromkeys(KINDS, 2)),
        ("list=8, detail=2.5", {"list": 8, "detail": 2.5}),
        ("0.5,list=8", {**dict.fromkeys(KINDS, 0.5), "list": 8}),
        ("list=8,0.5", {**dict.fromkeys(KINDS, 0.5), "list": 8}),
    ],
)
def test_delays_are_read_by_kind(text: str, delays: Mapping[str, float]) -> None:
    assert parse_delays(text) == delays


@pytest.mark.parametrize(
    ("text", "share", "faults"),
    [("", 0, FAULTS), ("0.1", 0.1, FAULTS), ("1:reset", 1, ("reset",)), ("0.5:500, html", 0.5, ("500", "html"))],
)
def test_failures_are_share_and_faults(text: str, share: float, faults: tuple[str, ...]) -> None:
    assert parse_failures(text) == (share, faults)
