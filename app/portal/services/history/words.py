"""The words of the history for what can be done through the portal, and to it."""

from collections.abc import Mapping
from typing import Any

from app.portal.domain.audit import WRITES, Action, Reason, Result
from app.portal.domain.text import as_sentence, plural
from app.portal.services.masking import SECRETS

ACTIONS: Mapping[str, str] = {
    Action.CREATE: "Device added",
    Action.EDIT: "Device edited",
    Action.DELETE: "Device deleted",
    Action.REBOOT: "Reboot requested",
    Action.LINES: "Lines reordered",
    Action.FILE: "Config file changed",
    Action.MARK_REBOOTED: "Marked as rebooted",
    Action.REFUSAL: "Access denied",
    Action.SIGN_IN: "Signed in",
    Action.SIGN_OUT: "Signed out",
    Action.SESSIONS_END: "Sessions ended",
    Action.SUPPORT_ADD: "Support role given",
    Action.SUPPORT_REMOVE: "Support role removed",
    Action.FACTOR_ADD: "Second factor set up",
    Action.FACTOR_REMOVE: "Second factor removed",
    Action.FACTOR_USE: "Code entered",
    Action.RECOVERY_USE: "Recovery code used",
    Action.RECOVERY_RENEW: "Recovery codes replaced",
    Action.PRUNE: "Old entries deleted",
}
OF_A_DEVICE = {
    action: words for action, words in ACTIONS.items() if action in {*WRITES, Action.MARK_REBOOTED, Action.REFUSAL}
}
OUTCOMES: Mapping[str, str] = {
    Result.APPLIED: "Done",
    Result.REFUSED: "Refused",
    Result.NOT_APPLIED: "Failed",
    Result.UNKNOWN: "Unknown",
}

CSV_HEAD = (
    "Time (UTC)",
    "User",
    "Role",
    "IP address",
    "Action",
    "Tenant",
    "Group",
    "Device",
    "Changes",
    "Outcome",
    "Details",
    "Note",
    "Reference",
)

# Done, and only tried.
_VERBS: Mapping[str, tuple[str, str]] = {
    Action.CREATE: ("Device added", "Tried to add the device"),
    Action.EDIT: ("Device edited", "Tried to edit the device"),
    Action.DELETE: ("Device deleted", "Tried to delete the device"),
    Action.REBOOT: ("Reboot requested", "Tried to reboot the device"),
    Action.LINES: ("Lines reordered", "Tried to reorder lines"),
    Action.FILE: ("Config file changed", "Tried to change a config file"),
    Action.MARK_REBOOTED: ("Marked as rebooted", "Tried to mark the device as rebooted"),
    Action.SIGN_IN: ("Signed in", "Tried to sign in"),
    Action.SIGN_OUT: ("Signed out", "Tried to sign out"),
    Action.SESSIONS_END: ("Own sessions ended", "Tried to end sessions"),
    Action.SUPPORT_ADD: ("Support role given", "Tried to give the support role"),
    Action.SUPPORT_REMOVE: ("Support role removed", "Tried to remove the support role"),
    Action.FACTOR_ADD: ("Second factor set up", "Tried to set up a second factor"),
    Action.FACTOR_REMOVE: ("Second factor removed", "Tried to remove a second factor"),
    Action.FACTOR_USE: ("Code entered", "Wrong code entered"),
    Action.RECOVERY_USE: ("Recovery code used", "Tried to use a recovery code"),
    Action.RECOVERY_RENEW: ("Recovery codes replaced", "Tried to replace recovery codes"),
    Action.PRUNE: ("Old entries deleted", "Tried to delete old entries"),
}
# What is refused by the portal is told by the permission that was missing.
_REFUSED: Mapping[str, str] = {
    "device:create": "Tried to add a device",
    "device:delete": "Tried to delete the device",
    "device:edit": "Tried to edit the device",
    "device:reboot": "Tried to reboot the device",
    "files:edit": "Tried to change a config file",
    "lines:edit": "Tried to reorder lines",
}

# In braces the parameters of the reason.
_REASONS: Mapping[Reason, str] = {
    Reason.PLATFORM_REFUSED: "The platform rejected the change: {words}",
    Reason.SEEN_DONE: "The platform did not confirm the change. A later check showed that it was made.",
    Reason.ARRIVED_LATE: "The platform made the change late: an early check did not show it yet.",
    Reason.SEEN_UNDONE: "The platform did not confirm the change. A later check showed that it was not made.",
    Reason.SEEN_OTHERWISE: "The platform did not confirm the change. A later check showed neither old nor new values.",
    Reason.CHANGED_AGAIN: "The platform did not confirm the change. A later change makes it impossible to check.",
    Reason.EDIT_CONFLICT: "Nothing was sent: someone else changed it first.",
    Reason.LINES_CONFLICT: "Nothing was sent: someone else changed the lines first.",
    Reason.CHANGE_IN_PROGRESS: "Nothing was sent: another change by {by} was in progress.",
    Reason.AUDIT_UNAVAILABLE: "Nothing was sent: the portal’s database was not available.",
    Reason.NAME_TAKEN: "Nothing was sent: a device with this name already exists in this group.",
    Reason.JOB_STOPPED: "Nothing was sent: the job was stopped.",
    Reason.RECHECK_FAILED: "Nothing was sent: {words}",
    Reason.WRONG_PASSWORD: "Wrong user name or password.",
    Reason.LOCKED_OUT: "Account locked after too many failed attempts.",
    Reason.NOT_ALLOWED: "The role does not allow this.",
    Reason.OUT_OF_REACH: "The account does not have access to this.",
    Reason.TOO_MANY: "There were more requests within a minute than the portal accepts.",
    Reason.OTHER: "{text}",
}


def verb(action: str, after: Mapping[str, Any], *, is_done: bool) -> str:
    if action == Action.REFUSAL:
        return _REFUSED.get(after.get("permission", ""), "Tried an action that is not allowed")
    if action == Action.SESSIONS_END and "username" in after:
        return "Sessions of another user ended"
    done, tried = _VERBS.get(action, (action, action))
    if action == Action.FILE and after.get("source") == "Default":
        done, tried = "Type template restored", "Tried to restore the type template"
    return done if is_done else tried


def unknown_advice(action: str, after: Mapping[str, Any]) -> str:
    """Return what to do about a write with an unknown outcome."""
    if action == Action.REBOOT:
        return "The portal cannot check a reboot. Request it again if the phone did not restart."
    if action == Action.EDIT and SECRETS.issuperset(after):
        return "The portal cannot check a password. Set it again to be sure."
    return "Check the device before trying again. The portal updates this entry when it next reads the device."


def reason_words(reason: Reason, params: Mapping[str, Any]) -> str:
    if reason is Reason.ENTRIES_DROPPED:
        return plural(params["count"], "entry", "entries")
    return as_sentence(_REASONS[reason].format_map(params))
