"""The platform’s terms on a line, and what they mean."""

from app.portal.models.connected_user import ConnectedUserList

_MEANINGS = {
    "Primary": "As an appearance: the person’s own phone.",
    "Shared Call Appearance": "An additional phone of the person. It rings together with their own phone.",
    "Mobility": "A mobile phone that belongs to the person’s line.",
    "Video Add-On": "Video for calls on another device.",
    "Normal": "A person.",
    "Hunt Group": "Distributes the calls to one number among several people.",
    "Auto Attendant": "Answers calls with a voice menu and forwards them.",
    "Call Center": "Callers wait in a queue for a free agent.",
    "Voice Messaging Group": "The number to call to listen to voice messages.",
}


def explain_terms(users: ConnectedUserList) -> list[tuple[str, str]]:
    """Return the terms that these lines use, each with its meaning."""
    used = {term for user in users.users for term in (user.endpoint_type, user.user_type)}
    return [(term, meaning) for term, meaning in _MEANINGS.items() if term in used]
