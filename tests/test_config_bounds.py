"""The bounds of each setting: what lies on them is accepted, what lies just outside is refused."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from pathlib import Path

import pytest

from app.config import BadSettingError, load

BOUNDS = {
    "PORT": (0, 65_535),
    "PORTAL_WORKERS": (1, 64),
    "PORTAL_CONNECTIONS": (1, 20_000),
    "PORTAL_PROXIES": (0, 9),
    "PORTAL_MAX_ANSWER_BYTES": (1_024, 1_073_741_824),
    "PORTAL_IMPORT_BYTES": (1_024, 33_554_432),
    "PORTAL_IMPORT_ROWS": (1, 100_000),
    "PORTAL_MAX_FORM_BYTES": (1_024, 1_073_741_824),
    "PORTAL_HISTORY_DAYS": (0, 36_500),
    "PORTAL_FILE_VERSIONS": (1, 100_000),
}
FIELDS = {name: name.removeprefix("PORTAL_").lower() for name in BOUNDS}
EDGES = [(name, edge) for name, edges in BOUNDS.items() for edge in edges]
OUTSIDE = [(name, text) for name, (low, high) in BOUNDS.items() for text in (str(low - 1), str(high + 1))]


@pytest.mark.parametrize(("name", "number"), EDGES)
def test_number_on_its_bound_is_accepted(tmp_path: Path, name: str, number: int) -> None:
    assert getattr(load({name: str(number)}, tmp_path), FIELDS[name]) == number


@pytest.mark.parametrize(("name", "text"), OUTSIDE)
def test_number_outside_its_bounds_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(BadSettingError, match=name):
        load({name: text}, tmp_path)


def test_duration_lies_between_nothing_and_a_million(tmp_path: Path) -> None:
    assert load({"PORTAL_IDLE_MINUTES": "999999.5"}, tmp_path).idle_minutes == 999_999.5
    for text in ("0", "1000000", "nan", "inf"):
        with pytest.raises(BadSettingError, match="PORTAL_IDLE_MINUTES"):
            load({"PORTAL_IDLE_MINUTES": text}, tmp_path)


@pytest.mark.parametrize("name", ["PORTAL_SECRET_KEY", "PORTAL_ENCRYPTION_KEYS"])
def test_key_has_16_characters_at_least(tmp_path: Path, name: str) -> None:
    load({name: "x" * 16}, tmp_path)
    with pytest.raises(BadSettingError, match=name):
        load({name: "x" * 15}, tmp_path)


def test_generated_secrets_are_long(tmp_path: Path) -> None:
    loaded = load({}, tmp_path)
    assert [len(urlsafe_b64decode(secret)) for secret in (loaded.secret_key, loaded.demo_password)] == [32, 9]


def test_write_lasts_as_long_as_its_calls_may(tmp_path: Path) -> None:
    loaded = load({"PORTAL_WRITE_TIMEOUT": "7", "PORTAL_READ_TIMEOUT": "2"}, tmp_path)
    assert loaded.longest_write == timedelta(seconds=7 + 4 * 2)
