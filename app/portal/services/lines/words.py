"""What the platform's own words on a line mean."""

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


def meanings(users: ConnectedUserList) -> list[tuple[str, str]]:
    """Those of the words that stand on these lines."""
    used = {word for user in users.users for word in (user.endpoint_type, user.user_type)}
    return [(word, meaning) for word, meaning in _MEANINGS.items() if word in used]
