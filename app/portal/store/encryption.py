"""Encryption of what the database must not hold in clear."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Cipher:
    """Seals with the first key, opens with any; a key may be any text that is hard to guess."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derive(key)) for key in keys])

    def encrypt(self, value: Any) -> bytes:
        """Encrypt anything JSON can say."""
        return self.encrypt_bytes(json.dumps(value).encode())

    def decrypt(self, sealed: bytes) -> Any:
        """What `seal` was given, or None where no key opens it: the keys were changed without being kept."""
        opened = self.decrypt_bytes(sealed)
        return None if opened is None else json.loads(opened)

    def encrypt_bytes(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def decrypt_bytes(self, sealed: bytes) -> bytes | None:
        """What `seal_bytes` was given, or None where no key opens it."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            return None

    def re_encrypt(self, sealed: bytes) -> bytes | None:
        """The same content under the newest key; None where no key opens it."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            return None


def _derive(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"access-device-portal vault").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
