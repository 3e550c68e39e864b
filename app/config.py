"""Settings: read and checked once, at the start; an invalid one stops it."""

import base64
import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.database import DatabaseLimits
from app.disturbance import parse_delays, parse_failures
from app.paths import default_instance
from app.private_files import create_private_folder, restrict_file
from app.setting_numbers import between, not_negative, positive
from app.setting_parsers import (
    choose_names,
    parse_audit_log,
    parse_contact,
    parse_database_url,
    parse_dsn,
    parse_folder,
    parse_host_names,
    parse_http_url,
    parse_path_prefix,
)

_ROLES = "system", "support", "tenant", "group"  # that can be made to have a second factor
_ACTS = "delete", "bulk", "staff", "files"  # before which a code can be asked for again


class BadSettingError(Exception):
    """The message is one line that names the setting and says what is valid."""


def _switch(text: str) -> str:
    if text not in {"on", "off"}:
        raise ValueError("it must be on or off")
    return text


def _slashes(text: str) -> str:
    if text not in {"strict", "lenient"}:
        raise ValueError("it must be strict or lenient")
    return text


def _log_level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("it must be DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def _setting(name: str, default: str, parse: Callable[[str], Any] = str) -> Any:
    """`default` may refer to {instance} and {port}; `parse` raises ValueError."""
    return field(metadata={"name": name, "default": default, "parse": parse})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Times are seconds unless the name says otherwise."""

    backend_url: str = _setting("PORTAL_BACKEND_URL", "", parse_http_url)  # empty = the embedded reference API
    api_prefix: str = _setting("PORTAL_API_PREFIX", "/api/v1/", parse_path_prefix)
    platform_url: str = _setting("PORTAL_PLATFORM_URL", "", parse_http_url)  # the platform's own portal
    public_url: str = _setting("PORTAL_PUBLIC_URL", "", parse_http_url)  # empty = plain http on this machine
    instance: Path = _setting("PORTAL_INSTANCE", "{instance}", parse_folder)  # noqa: RUF009 - it is a field
    # Besides that of public_url.
    trusted_hosts: tuple[str, ...] = _setting("PORTAL_TRUSTED_HOSTS", "", parse_host_names)
    database_url: str = _setting("PORTAL_DATABASE_URL", "sqlite:///{instance}/portal.db", parse_database_url)
    reference_database_url: str = _setting(
        "REFERENCE_DATABASE_URL", "sqlite:///{instance}/reference_api.db", parse_database_url
    )
    database_connections: int = _setting("PORTAL_DATABASE_CONNECTIONS", "10", between(1, 1000))  # of each worker
    database_connect_timeout: float = _setting("PORTAL_DATABASE_CONNECT_TIMEOUT", "5", positive)
    database_statement_timeout: float = _setting("PORTAL_DATABASE_STATEMENT_TIMEOUT", "30", positive)
    database_idle_timeout: float = _setting("PORTAL_DATABASE_IDLE_TIMEOUT", "30", positive)
    database_tcp_timeout: float = _setting("PORTAL_DATABASE_TCP_TIMEOUT", "10", positive)
    secret_key: str
    encryption_keys: tuple[str, ...]  # newest first
    demo_password: str  # empty without a demo
    service_username: str = _setting("PORTAL_SERVICE_USERNAME", "")  # an account of the platform
    service_password: str = field(repr=False)
    metrics_token: str = field(repr=False)  # empty: no metrics
    otlp_endpoint: str = _setting("OTEL_EXPORTER_OTLP_ENDPOINT", "", parse_http_url)  # empty = no spans
    sentry_dsn: str = field(repr=False)  # empty = no reports
    service_hours: float = _setting("PORTAL_SERVICE_HOURS", "12", positive)
    jobs: str = _setting("PORTAL_JOBS", "on", _switch)  # whether the server starts the background process
    job_lease_seconds: float = _setting("PORTAL_JOB_LEASE_SECONDS", "30", positive)
    job_items: int = _setting("PORTAL_JOB_ITEMS", "10000", between(1, 100_000))
    jobs_per_person: int = _setting("PORTAL_JOBS_PER_PERSON", "50", between(1, 10_000))
    job_days: int = _setting("PORTAL_JOB_DAYS", "90", between(0, 36_500))  # 0 = for ever
    index_calls_per_minute: int = _setting("PORTAL_INDEX_CALLS_PER_MINUTE", "120", between(1, 60_000))
    index_round_minutes: int = _setting("PORTAL_INDEX_ROUND_MINUTES", "15", between(1, 1440))
    host: str = _setting("HOST", "127.0.0.1")
    port: int = _setting("PORT", "{port}", between(0, 65535))
    workers: int = _setting("PORTAL_WORKERS", "2", between(1, 64))
    connections: int = _setting("PORTAL_CONNECTIONS", "2000", between(1, 20_000))  # of each worker
    client_timeout: float = _setting("PORTAL_CLIENT_TIMEOUT", "10", positive)
    stop_delay: float = _setting("PORTAL_STOP_DELAY", "1", not_negative)  # from SIGTERM until the port is closed
    proxies: int = _setting("PORTAL_PROXIES", "0", between(0, 9))
    connect_timeout: float = _setting("PORTAL_CONNECT_TIMEOUT", "3", positive)
    read_timeout: float = _setting("PORTAL_READ_TIMEOUT", "10", positive)
    write_timeout: float = _setting("PORTAL_WRITE_TIMEOUT", "20", positive)
    list_calls: int = _setting("PORTAL_LIST_CALLS", "4", between(1, 1000))  # at once
    detail_calls: int = _setting("PORTAL_DETAIL_CALLS", "16", between(1, 1000))
    write_calls: int = _setting("PORTAL_WRITE_CALLS", "8", between(1, 1000))
    sign_in_calls: int = _setting("PORTAL_SIGN_IN_CALLS", "4", between(1, 1000))
    breaker_failures: int = _setting("PORTAL_BREAKER_FAILURES", "5", between(1, 1000))
    page_seconds: float = _setting("PORTAL_PAGE_SECONDS", "0.8", positive)
    list_timeout: float = _setting("PORTAL_LIST_TIMEOUT", "120", positive)
    max_answer_bytes: int = _setting("PORTAL_MAX_ANSWER_BYTES", "33554432", between(1024, 1 << 30))
    max_form_bytes: int = _setting("PORTAL_MAX_FORM_BYTES", "262144", between(1024, 1 << 30))
    import_bytes: int = _setting("PORTAL_IMPORT_BYTES", "8388608", between(1024, 1 << 25))
    import_rows: int = _setting("PORTAL_IMPORT_ROWS", "10000", between(1, 100_000))
    snapshot_seconds: float = _setting("PORTAL_SNAPSHOT_SECONDS", "10", positive)
    recheck_seconds: float = _setting("PORTAL_RECHECK_SECONDS", "60", positive)
    cache_mb: int = _setting("PORTAL_CACHE_MB", "128", between(1, 65_536))
    idle_minutes: float = _setting("PORTAL_IDLE_MINUTES", "30", positive)
    writes_per_minute: int = _setting("PORTAL_WRITES_PER_MINUTE", "1200", between(1, 1_000_000))  # of an account
    exports_per_minute: int = _setting("PORTAL_EXPORTS_PER_MINUTE", "120", between(1, 1_000_000))
    searches_per_minute: int = _setting("PORTAL_SEARCHES_PER_MINUTE", "3000", between(1, 1_000_000))
    uploads_per_minute: int = _setting("PORTAL_UPLOADS_PER_MINUTE", "300", between(1, 1_000_000))
    job_commands_per_minute: int = _setting("PORTAL_JOB_COMMANDS_PER_MINUTE", "600", between(1, 1_000_000))
    sessions_per_account: int = _setting("PORTAL_SESSIONS_PER_ACCOUNT", "100", between(1, 1000))
    session_hours: float = _setting("PORTAL_SESSION_HOURS", "12", positive)
    reboot_watch_seconds: float = _setting("PORTAL_REBOOT_WATCH_SECONDS", "120", positive)
    history_days: int = _setting("PORTAL_HISTORY_DAYS", "730", between(0, 36_500))  # 0 = for ever
    second_factor: frozenset[str] = _setting("PORTAL_SECOND_FACTOR", "", choose_names(*_ROLES))
    step_up: frozenset[str] = _setting("PORTAL_STEP_UP", ",".join(_ACTS), choose_names(*_ACTS))
    audit_log: str = _setting("PORTAL_AUDIT_LOG", "", parse_audit_log)  # empty = no export
    file_versions: int = _setting("PORTAL_FILE_VERSIONS", "100", between(1, 100_000))  # of each file
    file_version_days: float = _setting("PORTAL_FILE_VERSION_DAYS", "730", positive)
    index_days: int = _setting("PORTAL_INDEX_DAYS", "30", between(0, 36_500))  # 0 = no index
    reference_reboot_seconds: float = _setting("REFERENCE_REBOOT_SECONDS", "20", positive)
    reference_delays: Mapping[str, float] = _setting("REFERENCE_DELAY", "", parse_delays)
    reference_failures: tuple[float, tuple[str, ...]] = _setting("REFERENCE_FAIL", "", parse_failures)
    reference_slashes: str = _setting("REFERENCE_SLASHES", "strict", _slashes)
    security_contact: str = _setting("PORTAL_SECURITY_CONTACT", "", parse_contact)  # empty = no security.txt
    log_level: str = _setting("PORTAL_LOG_LEVEL", "INFO", _log_level)

    @property
    def backend_calls(self) -> int:
        """Return how many calls the backend gets at once from a process."""
        return self.list_calls + self.detail_calls + self.write_calls + self.sign_in_calls

    @property
    def is_embedded(self) -> bool:
        return not self.backend_url

    @property
    def database_limits(self) -> DatabaseLimits:
        return DatabaseLimits(
            connections=self.database_connections,
            connect=self.database_connect_timeout,
            statement=self.database_statement_timeout,
            idle_in_transaction=self.database_idle_timeout,
            tcp=self.database_tcp_timeout,
        )

    @property
    def longest_write(self) -> timedelta:
        """Return the time after which a write has ended: it reads, writes, and reads again."""
        return timedelta(seconds=self.write_timeout + 4 * self.read_timeout)

    @property
    def report_addresses(self) -> Mapping[str, str]:
        """Return where to report to, by the name of the setting; "" for nowhere."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.otlp_endpoint, "SENTRY_DSN": self.sentry_dsn}

    @property
    def is_https(self) -> bool:
        return urlsplit(self.public_url).scheme == "https"


def load(
    environ: Mapping[str, str] = os.environ, instance: Path | None = None, port: int = 8000, *, is_demo: bool = False
) -> Settings:
    """Read the environment. Missing secrets are generated once and kept in the folder of the instance.

    `instance` and `port` are defaults. `is_demo`: there are demo accounts although PORTAL_BACKEND_URL names a backend.
    Raises BadSettingError.
    """
    folder = _read("PORTAL_INSTANCE", environ, str(instance or default_instance()), parse_folder)
    values = {
        setting.name: _read(
            setting.metadata["name"],
            environ,
            setting.metadata["default"].format(instance=folder, port=port),
            setting.metadata["parse"],
        )
        for setting in fields(Settings)
        if setting.metadata
    }
    secret_key = environ.get("PORTAL_SECRET_KEY") or _load_or_create_secret(folder / "secret_key", 32)
    demo_password = environ.get("DEMO_PASSWORD", "")
    if not demo_password and (is_demo or not values["backend_url"]):
        demo_password = _load_or_create_secret(folder / "demo_password", 9)
    keys = environ.get("PORTAL_ENCRYPTION_KEYS", "").split()
    return Settings(
        **values,
        secret_key=_check_length("PORTAL_SECRET_KEY", secret_key),
        encryption_keys=tuple(_check_length("PORTAL_ENCRYPTION_KEYS", key) for key in keys) or (secret_key,),
        service_password=environ.get("PORTAL_SERVICE_PASSWORD", ""),
        metrics_token=environ.get("PORTAL_METRICS_TOKEN", "").strip(),
        sentry_dsn=_read("SENTRY_DSN", environ, "", parse_dsn),
        demo_password=demo_password,
    )


def _read(name: str, environ: Mapping[str, str], default: str, parse: Callable[[str], Any]) -> Any:
    text = environ.get(name, "").strip() or default
    try:
        return parse(text)
    except ValueError as error:
        without_password = re.sub(r"(//[^/:]*:).*@", r"\1***@", text)
        raise BadSettingError(f"{name} cannot be {without_password!r}: {error}") from None


def _check_length(name: str, text: str) -> str:
    if len(text) < 16:
        raise BadSettingError(f"{name} has a key that is too short: give at least 16 characters that nobody can guess")
    return text


def _load_or_create_secret(file: Path, random_bytes: int) -> str:
    """Return the secret in `file`, generated at the first start; concurrent starts agree on one."""
    try:
        create_private_folder(file.parent)
        restrict_file(file)
        if not file.exists():
            _write_once(file, base64.urlsafe_b64encode(secrets.token_bytes(random_bytes)))
        return file.read_text().strip()
    except OSError as error:
        raise BadSettingError(f"{file} cannot be read or written: {error.strerror}") from None


def _write_once(file: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=file.parent) as temporary:
        restrict_file(Path(temporary.name))
        temporary.write(content)
        temporary.flush()
        with contextlib.suppress(FileExistsError):
            os.link(temporary.name, file)
