"""Readings for the index, written straight into it."""

from typing import Any

from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.index.recording import IndexRecorder
from app.portal.store.index.records import DeviceDetails, ListedDevice, PersonOnLine
from tests.support.world import World

HEADQUARTERS = GroupRef("acme", "headquarters")


def recorder(world: World) -> IndexRecorder:
    engine = world.held_by().engine
    return IndexRecorder(engine, DatabaseClock(engine, world.clock))


def listed(name: str, **values: Any) -> ListedDevice:
    usual = {
        "device_type": "Yealink-T48G",
        "mac": "",
        "net_address": "",
        "status": "Online",
        "version": "",
        "free_ports": 1,
    }
    return ListedDevice(device_name=name, **{**usual, **values})


def details(**values: Any) -> DeviceDetails:
    usual = {
        "device_type": "Yealink-T48G",
        "mac": "",
        "net_address": "",
        "status": "Online",
        "version": "",
        "serial_number": "",
        "description": "",
        "physical_location": "",
        "number_of_ports": 16,
        "number_of_assigned_ports": 1,
    }
    return DeviceDetails(**{**usual, **values})


def person(device_name: str, **values: Any) -> PersonOnLine:
    usual = {
        "port": 1,
        "line_port": "",
        "user_id": "",
        "first_name": "",
        "last_name": "",
        "phone_number": "",
        "extension": "",
    }
    return PersonOnLine(device_name=device_name, **{**usual, **values})
