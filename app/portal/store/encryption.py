"""Encryption of what the database must not hold in clear: column types, and the cipher that they use."""

import base64
import json
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, Engine, LargeBinary, TypeDecorator


class Cipher:
    """Encrypts with the first key, decrypts with any; a key may be any text that is hard to guess."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derive(key)) for key in keys])

    def encrypt(self, value: Any) -> bytes:
        """Encrypt anything JSON can say."""
        return self.encrypt_bytes(json.dumps(value).encode())

    def decrypt(self, token: bytes) -> Any:
        """Return what `encrypt` was given, or None where no key opens it: the keys were changed without being kept."""
        content = self.decrypt_bytes(token)
        return None if content is None else json.loads(content)

    def encrypt_bytes(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def decrypt_bytes(self, token: bytes) -> bytes | None:
        """Return what `encrypt_bytes` was given, or None where no key opens it."""
        try:
            return self._fernet.decrypt(token)
        except InvalidToken:
            return None

    def re_encrypt(self, token: bytes) -> bytes | None:
        """Return the same content under the newest key, or None where no key opens it."""
        try:
            return self._fernet.rotate(token)
        except InvalidToken:
            return None


class EncryptedBytes(TypeDecorator[Any]):
    """Bytes that are encrypted in the database. What no key opens reads as None."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else _cipher(dialect).encrypt_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else _cipher(dialect).decrypt_bytes(value)


class EncryptedJson(EncryptedBytes):
    """The same for anything JSON can say but null."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else _cipher(dialect).encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else _cipher(dialect).decrypt(value)


_ciphers: WeakKeyDictionary[Dialect, Cipher] = WeakKeyDictionary()  # a process may hold databases with other keys


def use_cipher(engine: Engine, cipher: Cipher) -> None:
    """Encrypt and decrypt the encrypted columns of this engine's database with this cipher."""
    _ciphers[engine.dialect] = cipher


def _cipher(dialect: Dialect) -> Cipher:
    if dialect not in _ciphers:
        raise RuntimeError("An encrypted column was used on an engine without keys: call use_cipher() first.")
    return _ciphers[dialect]


def _derive(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"access-device-portal vault").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
