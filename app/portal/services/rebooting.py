"""Following a reboot: what was asked, what the platform has reported since, and when to stop looking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Step:
    state: State
    words: str
    at: datetime | None = None


@dataclass(frozen=True)
class Progress:
    """How far a reboot has come, in one sentence and its steps."""

    sentence: str
    steps: Sequence[Step]
    waited: timedelta
    over: bool


def follow(asked_at: datetime, away_at: datetime | None, status: str, now: datetime, patience: timedelta) -> Progress:
    """Judge a reboot by the platform's word for the device. `away_at` is when it was first seen not Online."""
    waited = now - asked_at
    asked = Step(State.DONE, "Asked to reboot", asked_at)
    if away_at is None:
        over = waited >= patience
        waiting = Step(State.NOW, "Waiting for the platform to report a change")
        if over:
            waiting = Step(State.AHEAD, "No change reported")
        sentence = (
            f"Reboot was asked for at {asked_at:%H:%M} UTC; the platform reports no change"
            if over
            else "Asked to reboot; the platform reports no change yet"
        )
        return Progress(sentence, [asked, waiting, Step(State.AHEAD, "Back online")], waited, over)
    away = Step(State.DONE, "Reported away", away_at)
    if status == "Online":
        return Progress(
            "The platform reports it Online again",
            [asked, away, Step(State.DONE, "Back online", now)],
            waited,
            True,
        )
    over = waited >= patience
    sentence = (
        f"Reboot was asked for at {asked_at:%H:%M} UTC; the platform still reports {status}"
        if over
        else "Waiting for it to come back"
    )
    back = Step(State.AHEAD, "Back online") if over else Step(State.NOW, "Waiting for Online")
    return Progress(sentence, [asked, away, back], waited, over)
