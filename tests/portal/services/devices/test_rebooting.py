from datetime import UTC, datetime, timedelta

import pytest

from app.portal.services.devices.rebooting import State, follow

ASKED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATIENCE = timedelta(minutes=2)


def after(seconds: float) -> datetime:
    return ASKED + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("away", "status", "waited", "over", "sentence"),
    [
        (None, "Online", 0, False, "Reboot requested. The platform reports no change yet"),
        (None, "Online", 119, False, "Reboot requested. The platform reports no change yet"),
        (None, "Online", 120, True, "The platform reports no change"),
        (None, "Offline", 120, True, "The platform reports no change"),
        (5, "Offline", 10, False, "Waiting for it to come online"),
        (5, "Online", 30, True, "The platform reports the device Online again"),
        (5, "Online", 500, True, "The platform reports the device Online again"),
        (5, "Unavailable", 120, True, "The platform still reports Unavailable"),
    ],
)
def test_what_is_said_of_a_reboot(away: float | None, status: str, waited: float, over: bool, sentence: str) -> None:
    progress = follow(ASKED, None if away is None else after(away), status, after(waited), PATIENCE)
    assert (progress.sentence, progress.over, progress.waited) == (sentence, over, timedelta(seconds=waited))
    assert progress.steps[0].at == ASKED
    assert progress.gave_up == sentence.startswith(("The platform reports no", "The platform still"))
    assert (State.NOW in [step.state for step in progress.steps]) == (not over)
    order = [State.DONE, State.NOW, State.AHEAD]
    assert [step.state for step in progress.steps] == sorted((step.state for step in progress.steps), key=order.index)


def test_only_what_came_about_is_marked_as_done() -> None:
    def steps(away: datetime | None, status: str, waited: float) -> list[tuple[State, str]]:
        return [(step.state, step.words) for step in follow(ASKED, away, status, after(waited), PATIENCE).steps[1:]]

    assert steps(None, "Online", 500) == [(State.AHEAD, "No change reported"), (State.AHEAD, "Back online")]
    assert steps(after(5), "Offline", 10) == [
        (State.DONE, "Went offline"),
        (State.NOW, "Waiting for it to come online"),
    ]
    assert steps(after(5), "Offline", 500) == [(State.DONE, "Went offline"), (State.AHEAD, "Back online")]
    assert steps(after(5), "Online", 30) == [(State.DONE, "Went offline"), (State.DONE, "Back online")]


def test_device_that_was_offline_before_only_has_to_come_online() -> None:
    def judge(status: str, waited: float) -> tuple[str, bool, bool]:
        progress = follow(ASKED, None, status, after(waited), PATIENCE, was_online=False)
        assert progress.steps[1].words == "Was not online before"
        return progress.sentence, progress.over, progress.gave_up

    assert judge("Offline", 10) == ("Waiting for it to come online", False, False)
    assert judge("Online", 30) == ("The platform reports the device Online", True, False)
    assert judge("Offline", 120) == ("The platform still reports Offline", True, True)
