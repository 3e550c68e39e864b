"""What may differ between two installations of the reference API."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher

INSTANCE = Path(__file__).resolve().parent.parent.parent / "instance"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class ReferenceSettings:
    """The argon2 cost follows OWASP's smallest recommendation; tests lower it. Memory is in KiB."""

    database_url: str
    reboot_seconds: float = 20
    session_hours: float = 24
    argon2_time_cost: int = 2
    argon2_memory_cost: int = 19_456
    argon2_parallelism: int = 1
    clock: Callable[[], datetime] = now  # aware, UTC

    def hasher(self) -> PasswordHasher:
        return PasswordHasher(
            time_cost=self.argon2_time_cost,
            memory_cost=self.argon2_memory_cost,
            parallelism=self.argon2_parallelism,
        )


def from_environment(environ: Mapping[str, str] = os.environ) -> ReferenceSettings:
    """Raises ValueError where a number is none."""
    url = environ.get("REFERENCE_DATABASE_URL", "").strip()
    seconds = environ.get("REFERENCE_REBOOT_SECONDS", "").strip()
    return ReferenceSettings(
        database_url=url or f"sqlite:///{INSTANCE}/reference_api.db",
        reboot_seconds=float(seconds or ReferenceSettings.reboot_seconds),
    )


def demo_password(environ: Mapping[str, str] = os.environ, instance: Path = INSTANCE) -> str:
    """`DEMO_PASSWORD`, else the one made at the first start and kept in `instance`."""
    if given := environ.get("DEMO_PASSWORD"):
        return given
    kept = instance / "demo_password"
    if not kept.exists():
        instance.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(9))
    return kept.read_text().strip()
