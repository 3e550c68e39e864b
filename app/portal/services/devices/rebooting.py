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
    """The state of a reboot, as one sentence and its steps.

    `gave_up` where the device did not come back in time: the sentence then goes on from when the reboot was asked for.
    """

    sentence: str
    steps: Sequence[Step]
    waited: timedelta
    over: bool
    gave_up: bool = False


def follow(
    asked_at: datetime,
    away_at: datetime | None,
    status: str,
    now: datetime,
    patience: timedelta,
    *,
    was_online: bool = True,
) -> Progress:
    """Judge a reboot by the platform's word for the device. `away_at` is when it was first seen not Online.

    A device that was not online before, such as a new phone in the place of a broken one, only has to come online.
    """
    waited = now - asked_at
    too_long = waited >= patience
    asked = Step(State.DONE, "Reboot requested", asked_at)
    online = "Back online" if was_online else "Online"
    ahead = Step(State.AHEAD, online)
    if was_online and away_at is None and too_long:
        steps = [asked, Step(State.AHEAD, "No change reported"), ahead]
        return Progress("The platform reports no change", steps, waited, over=True, gave_up=True)
    if was_online and away_at is None:
        steps = [asked, Step(State.NOW, "Waiting for the platform to report a change"), ahead]
        return Progress("Reboot requested. The platform reports no change yet", steps, waited, over=False)
    away = Step(State.DONE, "Went offline", away_at) if was_online else Step(State.DONE, "Was not online before")
    if status == "Online":
        steps = [asked, away, Step(State.DONE, online, now)]
        sentence = f"The platform reports the device Online{' again' if was_online else ''}"
        return Progress(sentence, steps, waited, over=True)
    if too_long:
        sentence = f"The platform still reports {status or 'no status'}"
        return Progress(sentence, [asked, away, ahead], waited, over=True, gave_up=True)
    steps = [asked, away, Step(State.NOW, "Waiting for it to come online")]
    return Progress("Waiting for it to come online", steps, waited, over=False)
