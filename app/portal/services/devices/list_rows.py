"""Rows of a device list as changes made through the portal left them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from app.portal.domain.ports import UNLIMITED
from app.portal.models.access_device import LIST_FIELDS, AccessDevice, AccessDeviceRow
from app.portal.store.list_patches import Patch


def to_row_fields(sent: Mapping[str, Any], answer: AccessDevice | None) -> Mapping[str, Any]:
    """Return the fields of a list's row after a write: as answered, else as sent."""
    fields = {name: value or "" for name, value in sent.items() if name in LIST_FIELDS}
    if answer is None:
        return fields
    answered = {name: getattr(answer, name) for name in LIST_FIELDS if getattr(answer, name, "")}
    return {**fields, **answered, **_free_ports(answer)}


def _free_ports(device: AccessDevice) -> Mapping[str, int]:
    """Return nothing where the answer does not tell."""
    if device.has_unlimited_ports:
        return {"free_ports": UNLIMITED}
    if device.ports_total is None or device.number_of_assigned_ports is None:
        return {}
    return {"free_ports": max(0, device.ports_total - device.number_of_assigned_ports)}


def apply_patches(rows: Iterable[AccessDeviceRow], patches: Sequence[Patch]) -> Sequence[AccessDeviceRow]:
    """Return the rows as the changes left them."""
    if not patches:
        return tuple(rows)
    changed = {patch.device_name for patch in patches}
    kept = [row for row in rows if row.device_name not in changed]
    now: dict[str, AccessDeviceRow] = {row.device_name: row for row in rows if row.device_name in changed}
    for patch in patches:
        before = now.pop(patch.device_name, None)
        if patch.fields is not None:
            now[patch.device_name] = _patch_row(before, patch)
    return [*kept, *now.values()]


def _patch_row(before: AccessDeviceRow | None, patch: Patch) -> AccessDeviceRow:
    fields = patch.fields or {}
    if before:
        return msgspec.structs.replace(before, **fields)
    blank = {"device_name": patch.device_name, "device_type": "", "status": "Unknown", "free_ports": None}
    return AccessDeviceRow(**{**blank, **fields})
