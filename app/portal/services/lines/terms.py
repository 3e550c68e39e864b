"""The platform’s terms on a line, and what they mean."""

from app.portal.models.connected_user import ConnectedUserList

_MEANINGS = {
    "Primary": "As a kind: the line is this person’s own phone.",
    "Shared Call Appearance": "One more phone of somebody whose own is elsewhere: it rings along.",
    "Mobility": "A mobile phone that belongs to the person’s line.",
    "Video Add-On": "The picture beside a call that another device carries.",
    "Normal": "A person.",
    "Hunt Group": "Calls to one number are handed on to several people.",
    "Auto Attendant": "A voice menu answers and hands the call on.",
    "Call Center": "Callers wait in a queue until an agent is free.",
    "Voice Messaging Group": "The number under which messages are listened to.",
}


def explain_terms(users: ConnectedUserList) -> list[tuple[str, str]]:
    """Return the terms that these lines use, each with its meaning."""
    used = {term for user in users.users for term in (user.endpoint_type, user.user_type)}
    return [(term, meaning) for term, meaning in _MEANINGS.items() if term in used]
