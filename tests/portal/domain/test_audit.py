"""The actions of the audit log."""

from app.portal.domain.audit import UNDONE, WRITES, Action, Result


def test_writes_are_all_that_is_done_to_a_device() -> None:
    kinds = {"device", "files", "lines"}
    assert set(WRITES) == {action for action in Action if action.partition(":")[0] in kinds}


def test_undone_is_what_left_nothing_behind() -> None:
    assert set(UNDONE) == set(Result) - {Result.APPLIED, Result.UNKNOWN}
