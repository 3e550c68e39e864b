"""The fields of a device that a column's name may mean: read from the declarations of fields and of the list."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from app.portal.lists.csv_export import strip_guard
from app.portal.models.access_device import DEVICE_FIELDS, EDITABLE_FIELDS, LIST_FIELDS
from app.portal.services.devices.extra_columns import EXTRA_COLUMNS, NOT_READ
from app.portal.services.devices.table import DeviceTable

TENANT, GROUP = "tenant", "group"  # columns of other exports: they tell where a device is
ROW_LABEL, ERRORS_LABEL = "Row", "Errors"  # of the rows that came back to be mended
_OTHERS = (NOT_READ, ROW_LABEL, ERRORS_LABEL, "As of")


def fold_name(text: str) -> str:
    """Return what is compared of a column's name: letters and digits, in one case."""
    return "".join(filter(str.isalnum, strip_guard(text.strip()).casefold()))


def find_field(heading: str) -> str | None:
    """Return the field that people can fill in under this name of a column; None if there is none."""
    return _FIELDS.get(fold_name(heading))


def find_place(heading: str) -> str | None:
    name = fold_name(heading)
    return name if name in {TENANT, GROUP} else None


def is_read_only(heading: str) -> bool:
    """Return True for a column that an export has and nobody can fill in."""
    return fold_name(heading) in _READ_ONLY


def count_known(headings: Sequence[str]) -> int:
    """Return how many names of columns mean something."""
    return len({fold_name(heading) for heading in headings} & (_FIELDS.keys() | _READ_ONLY | {TENANT, GROUP}))


def _names() -> Iterator[tuple[str, str]]:
    """Yield each name of a column, folded, with the field that it means; a column's key means what its label does."""
    labels: dict[str, str] = {}
    for field in chain(DEVICE_FIELDS.values(), LIST_FIELDS.values()):
        labels.setdefault(field.label, field.name)
        for text in (field.label, field.name, field.key):
            yield fold_name(text), field.name
    columns = [(column.key, column.label) for column in DeviceTable(()).columns.values()]
    for key, label in [*columns, *((column.key, column.label) for column in EXTRA_COLUMNS.values())]:
        yield fold_name(key), labels.get(label, label)
        yield fold_name(label), labels.get(label, label)
    for label in _OTHERS:
        yield fold_name(label), label


def _bind(names: Iterator[tuple[str, str]]) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return the fields that can be filled in by name, and the other names. Raise TypeError for an ambiguous one."""
    fields: dict[str, str] = {}
    others = set()
    for name, meaning in names:
        if meaning not in EDITABLE_FIELDS:
            others.add(name)
        elif fields.setdefault(name, meaning) != meaning:
            raise TypeError(f"{name}: a column with this name may mean {fields[name]} or {meaning}")
    if both := fields.keys() & others:
        raise TypeError(f"{both}: columns with these names can and cannot be filled in")
    return fields, frozenset(others)


_FIELDS, _READ_ONLY = _bind(_names())
