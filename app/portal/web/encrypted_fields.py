"""Values that a page carries in a hidden field, encrypted so that no browser reads or changes them."""

from typing import Any

from app.portal.web.context import portal


def encrypt_field(value: Any) -> bytes:
    """Encrypt anything JSON can say."""
    return portal().cipher.encrypt(value)


def decrypt_field(encrypted: bytes) -> Any:
    """Return what was encrypted; None for what this portal did not encrypt."""
    return portal().cipher.decrypt(encrypted)
