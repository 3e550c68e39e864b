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
    Action.REBOOT: "Reboot",
    Action.LINES: "Line order",
    Action.FILE: "Config file",
    Action.REFUSAL: "Refused by the portal",
    Action.SIGN_IN: "Sign-in",
    Action.SIGN_OUT: "Sign-out",
    Action.SESSIONS_END: "Sessions ended",
    Action.SUPPORT_ADD: "Support named",
    Action.SUPPORT_REMOVE: "Support taken back",
    Action.PRUNE: "Old entries dropped",
}
OF_A_DEVICE = {action: words for action, words in ACTIONS.items() if action in {*WRITES, Action.REFUSAL}}
OUTCOMES: Mapping[str, str] = {
    Result.APPLIED: "Done",
    Result.REFUSED: "Refused",
    Result.NOT_APPLIED: "Not done",
    Result.UNKNOWN: "Unknown",
}

CSV_HEAD = (
    "When (UTC)",
    "Who",
    "Role",
    "Address",
    "What",
    "Tenant",
    "Group",
    "Device",
    "Before and after",
    "Outcome",
    "Said",
    "Request",
)

# Done, and only tried.
_VERBS: Mapping[str, tuple[str, str]] = {
    Action.CREATE: ("Added", "Tried to add"),
    Action.EDIT: ("Edited", "Tried to edit"),
    Action.DELETE: ("Deleted", "Tried to delete"),
    Action.REBOOT: ("Asked to reboot", "Tried to reboot"),
    Action.LINES: ("Re-ordered lines", "Tried to re-order lines"),
    Action.FILE: ("Sent a config file", "Tried to send a config file"),
    Action.SIGN_IN: ("Signed in", "Tried to sign in"),
    Action.SIGN_OUT: ("Signed out", "Tried to sign out"),
    Action.SESSIONS_END: ("Ended sessions of their own", "Tried to end sessions"),
    Action.SUPPORT_ADD: ("Named an account as support", "Tried to name an account as support"),
    Action.SUPPORT_REMOVE: ("Took support back from an account", "Tried to take support back from an account"),
    Action.PRUNE: ("Dropped old entries", "Tried to drop old entries"),
}
# What is refused by the portal is told by the permission that was missing.
_REFUSED: Mapping[str, str] = {
    "device:create": "Tried to add a device",
    "device:delete": "Tried to delete",
    "device:edit": "Tried to edit",
    "device:reboot": "Tried to reboot",
    "files:edit": "Tried to send a config file",
    "lines:edit": "Tried to re-order lines",
}

# In braces the parameters of the reason.
_REASONS: Mapping[Reason, str] = {
    Reason.PLATFORM_REFUSED: "The platform refused: {words}",
    Reason.SEEN_DONE: "The answer got lost. A later reading showed that it was done.",
    Reason.SEEN_UNDONE: "The answer got lost. A later reading showed that it was not done.",
    Reason.SEEN_OTHERWISE: "The answer got lost. A later reading showed neither what was nor what was wanted.",
    Reason.CHANGED_AGAIN: "The answer got lost. It was changed again since, so no reading can tell any more.",
    Reason.EDIT_CONFLICT: "Nothing was sent: it was changed in between.",
    Reason.LINES_CONFLICT: "Nothing was sent: the lines were changed in between.",
    Reason.CHANGE_IN_PROGRESS: "Nothing was sent: another change of the same was under way, by {by}.",
    Reason.AUDIT_UNAVAILABLE: "Nothing was sent: the portal’s database failed.",
    Reason.NAME_TAKEN: "Nothing was sent: there is a device of this name in this group already.",
    Reason.RECHECK_FAILED: "Nothing was sent: {words}",
    Reason.WRONG_PASSWORD: "The name and the password did not match.",
    Reason.LOCKED_OUT: "Sign-in is paused after too many wrong tries.",
    Reason.NOT_ALLOWED: "The portal refused: the role does not allow it.",
    Reason.OUT_OF_REACH: "The portal refused: it is out of reach.",
    Reason.OTHER: "{text}",
}


def verb(action: str, after: Mapping[str, Any], *, undone: bool) -> str:
    if action == Action.REFUSAL:
        return _REFUSED.get(after.get("permission", ""), "Tried what is not allowed")
    if action == Action.SESSIONS_END and "username" in after:
        return "Ended sessions of another account"
    done, tried = _VERBS.get(action, (action, action))
    if action == Action.FILE and after.get("source") == "Default" and not undone:
        return "Went back to the default file"
    return tried if undone else done


def unknown_advice(action: str, after: Mapping[str, Any]) -> str:
    """What to do about a write of which nobody knows what became of it."""
    if action == Action.REBOOT:
        return "No reading can show whether it was taken. Ask for the reboot again if the phone did not start anew."
    if action == Action.EDIT and SECRETS.issuperset(after):
        return "No reading can show a password. Set it once more to be sure."
    return "Look at the device before you repeat it; the portal notes what became of it when it next reads it."


def reason_words(reason: Reason, params: Mapping[str, Any]) -> str:
    if reason is Reason.ENTRIES_DROPPED:
        return plural(params["count"], "entry", "entries")
    return as_sentence(_REASONS[reason].format_map(params))
