"""Makes each read call of the portal once, and compares the answers with the documentation. Writes nothing."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError
from app.portal.domain.names import is_addressable
from app.portal.domain.roles import UserLevel

_MAX_TRIES = 5  # groups whose lists are read in search of a device, and devices in search of a config file
_MAX_LENGTH = 200  # characters of the keys that are named


@dataclass(frozen=True)
class ReadCall:
    """A call, and what the portal cannot do without it.

    `path` and `query` name in braces what earlier answers gave. `keys` are those of the answer or, with `rows`, of each
    row of the list under that key (or under one of several, separated by |); `optional` ones may be absent.
    """

    path: str
    without: str
    keys: str
    rows: str = ""
    optional: str = ""
    query: Mapping[str, str] | None = None
    is_needed: bool = False


@dataclass(frozen=True)
class CallReport:
    """`path` is empty where the call was not made; `words` say what came, or why it was not made."""

    call: ReadCall
    path: Sequence[str]
    words: str
    seconds: float = 0.0
    error: ApiError | None = None


_GROUP = "tenants/{tenant}/groups/{group}"
_DEVICE = f"{_GROUP}/access_devices/{{device}}"
_DEVICE_ROW = "deviceName deviceType macAddress netAddress status version freePorts"
_URLS = "accessUrl repositoryUrl templateUrl"
_CAPABILITIES = {"addCapabilities": "true"}

DEVICES = ReadCall(f"{_GROUP}/access_devices", "No device can be found.", _DEVICE_ROW, "access_devices", is_needed=True)
CONFIG_FILES = ReadCall(
    f"{_DEVICE}/config_files",
    "Config files cannot be seen or changed.",
    f"fileFormat isAuthenticated {_URLS}",
    "access_devices|config_files",
)
SEARCH = ReadCall(
    "search/device",
    "A refused MAC address is not traced to the device that has it.",
    f"{_DEVICE_ROW} tenantId groupId",
    "devices",
    query={"insensitiveDeviceNameContains": "{device}"},
)
CALLS = (
    ReadCall("tenants", "Tenants are called by their IDs; a system admin finds none.", "tenantId name", "tenants"),
    ReadCall("tenants/{tenant}", "The tenant is called by its ID.", "tenantId name"),
    ReadCall(
        "tenants/{tenant}/groups", "Only group admins find a group: their own.", "tenantId groupId groupName", "groups"
    ),
    DEVICES,
    ReadCall(_GROUP, "A slower call confirms access to the group.", "tenantId groupId groupName"),
    ReadCall(
        f"{_GROUP}/device_end_points",
        "People are only found on devices that somebody has opened.",
        "deviceName linePort userId lastName firstName phoneNumber extension order",
        "endPoints",
        query={"responseSizeLimit": "100"},
    ),
    ReadCall(
        _DEVICE,
        "No device can be opened or changed.",
        "deviceName deviceType protocol macAddress netAddress outboundProxyServerNetAddress stunServerNetAddress"
        " serialNumber description physicalLocation transportProtocol useCustomUserNamePassword userName"
        " numberOfPorts numberOfAssignedPorts version configurationFileName status",
        optional="netPort",
        is_needed=True,
    ),
    ReadCall(
        f"{_DEVICE}/connected_users",
        "Lines cannot be read or reordered, and nobody knows whom a reboot affects.",
        "linePort userId lastName firstName phoneNumber extension emailAddress userType endpointType order primary",
        "connected_users",
        optional="department",
    ),
    CONFIG_FILES,
    ReadCall(
        f"{_DEVICE}/config_files/{{file}}",
        "The source of a config file is not shown, and it cannot be changed.",
        f"fileSource configurationFileName extendedCaptureEnabled {_URLS}",
    ),
    ReadCall(
        f"{_DEVICE}/config_files/{{file}}/content",
        "The content of a config file is only shown where this portal sent it.",
        "fileContent",
    ),
    ReadCall(
        f"{_DEVICE}/available_tags",
        "Tags are not shown, and those in config files are not resolved.",
        "name value level tagSetName regionName",
        "availableTags",
    ),
    ReadCall(
        "configs/phone_types",
        "A device type must be typed in, and nothing is known of what it needs.",
        "technicalName displayName capabilities",
        "phoneTypes",
        query=_CAPABILITIES,
    ),
    ReadCall(
        "configs/phone_types/{type}",
        "Nothing is known of device types that the list lacks.",
        "technicalName displayName capabilities",
        query=_CAPABILITIES,
    ),
    SEARCH,
)


class BackendCheck:
    """`names` holds the tenant, group and device to look at; what is missing there comes from the answers."""

    def __init__(
        self, api: ApiClient, names: Mapping[str, str], level: UserLevel, clock: Callable[[], float] = monotonic
    ) -> None:
        self._api = api
        self._given = frozenset(names)
        self._names = dict(names)
        self._level = level
        self._clock = clock
        self._rows: dict[str, Sequence[Mapping[str, Any]]] = {}  # by the path of their call

    def run(self) -> Iterator[CallReport]:
        for call in CALLS:
            if call is SEARCH and self._level < UserLevel.SYSTEM_ADMIN:
                yield CallReport(call, (), "not tried: only for system admins")
            elif call is DEVICES:
                yield self._read_until_rows(call, "group", self._texts("tenants/{tenant}/groups", "groupId"))
            elif call is CONFIG_FILES:
                devices = {row.get("deviceType"): row for row in self._rows.get(DEVICES.path, ())}.values()
                yield self._read_until_rows(call, "device", _names(devices, "deviceName"))
            else:
                yield self._read(call)

    def _read_until_rows(self, call: ReadCall, name: str, candidates: Sequence[str]) -> CallReport:
        """Read a list and, unless `name` was given, that of other candidates too until one has rows."""
        is_given = name in self._given
        report = self._read(call)
        for candidate in () if is_given else candidates[:_MAX_TRIES]:
            if self._rows.get(call.path):
                break
            self._names[name] = candidate
            report = self._read(call)
        return report

    def _read(self, call: ReadCall) -> CallReport:
        missing = self._choose_names(call)
        if missing:
            return CallReport(call, (), f"not tried: no {missing} is known")
        path = tuple(part.format_map(self._names) for part in call.path.split("/"))
        query = {key: text.format_map(self._names) for key, text in (call.query or {}).items()}
        started = self._clock()
        try:
            answer = self._api.get(path, dict, query)
        except ApiError as error:
            return CallReport(call, path, describe_error(error), self._clock() - started, error)
        seconds = self._clock() - started
        rows = _rows(call, answer)
        self._rows[call.path] = rows
        return CallReport(call, path, _describe_rows(call, answer, rows), seconds)

    def _choose_names(self, call: ReadCall) -> str | None:
        """Choose what the call needs from the answers, and return the first name that none has given."""
        sources = {
            "tenant": [("tenants", "tenantId")],
            "group": [("tenants/{tenant}/groups", "groupId")],
            "device": [(f"{_GROUP}/device_end_points", "deviceName"), (DEVICES.path, "deviceName")],
            "file": [(CONFIG_FILES.path, "fileFormat")],
            "type": [(DEVICES.path, "deviceType")],
        }
        for name in re.findall(r"{(\w+)}", " ".join([call.path, *(call.query or {}).values()])):
            if name not in self._names:
                texts = [text for path, key in sources.get(name, ()) for text in self._texts(path, key)]
                if not texts:
                    return str(name)
                self._names[name] = texts[0]
        return None

    def _texts(self, path: str, key: str) -> list[str]:
        return _names(self._rows.get(path, ()), key)


def _names(rows: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    """Return the names under a key of rows, as far as a URL can carry them."""
    texts = [row.get(key) for row in rows]
    return [text for text in texts if isinstance(text, str) and is_addressable(text)]


def _rows(call: ReadCall, answer: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    lists = [answer[key] for key in call.rows.split("|") if isinstance(answer.get(key), list)]
    return [row for row in lists[0] if isinstance(row, dict)] if lists else []


def _describe_rows(call: ReadCall, answer: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the number of rows, and the keys that differ from the documentation, in any spelling."""
    words = []
    if call.rows:
        if not any(isinstance(answer.get(key), list) for key in call.rows.split("|")):
            return f"no list {call.rows.replace('|', ' or ')} in the answer, but {_quote_keys(answer)}"
        words.append(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")
    objects = rows if call.rows else [answer]
    present = {_fold(key): key for item in objects for key in item}
    documented = {_fold(key): key for key in call.keys.split()}
    known = documented.keys() | {_fold(key) for key in call.optional.split()}
    missing = [key for folded, key in documented.items() if folded not in present] if objects else []
    unexpected = [key for folded, key in present.items() if folded not in known]
    if missing:
        words.append(f"missing: {_quote_keys(missing)}")
    if unexpected:
        words.append(f"unexpected: {_quote_keys(unexpected)}")
    return "; ".join(words)


def _fold(key: str) -> str:
    return key.replace("_", "").casefold()


def _quote_keys(keys: Iterable[str]) -> str:
    text = "".join(character for character in ", ".join(sorted(keys)) if character.isprintable())
    return text[:_MAX_LENGTH] or "nothing"


def describe_error(error: ApiError) -> str:
    """Return what happened, and the platform's own words."""
    words = "; ".join(error.messages)
    return f"{error.cause}: “{words}”" if words else error.cause
