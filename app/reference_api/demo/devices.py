"""The demo's devices and the lines on them."""

from dataclasses import dataclass
from random import Random

from app.reference_api.demo.macs import VERSIONS, MacFactory
from app.reference_api.demo.people import Person, PersonFactory
from app.reference_api.demo.sites import Site
from app.reference_api.phone_types import CATALOGUE, Need, PhoneType
from app.reference_api.rules import Ordering
from app.reference_api.tables import AccessDevice, Line

_FLOORS, _ROOMS = 5, 40  # of a building, rooms of a floor
_SHARED_ROOMS = ("Reception", "Kitchen", "Board room", "Meeting room", "Print room", "Corridor", "Workshop")
_ANALOGUE = ("Fax", "Lift emergency", "Door intercom", "Franking machine", "Alarm panel")
_STATUSES = ("Online", "Offline", "Unavailable", "Unknown")
_STATUS_WEIGHTS = (88, 7, 3, 2)


@dataclass(frozen=True)
class DeviceWithLines:
    device: AccessDevice
    lines: list[Line]


@dataclass(frozen=True)
class DeviceFactory:
    """Makes the devices of one site after another; no login, MAC or line occurs twice."""

    random: Random
    people: PersonFactory
    macs: MacFactory
    password_hash: str

    def make_devices(self, site: Site, group_key: int) -> list[DeviceWithLines]:
        types = [CATALOGUE[name] for name, count in site.devices.items() for _ in range(count)]
        extensions = iter(range(site.extensions, site.extensions + 90_000))
        devices = []
        for index, phone_type in enumerate(types):
            users = [self.people.next() for _ in range(self._line_count(phone_type, index))]
            ports = self._ports(phone_type, len(users))
            lines = [self._line(site, user, next(extensions), port) for user, port in zip(users, ports, strict=True)]
            device = self._device(site, phone_type, index, users)
            device.group_key = group_key
            devices.append(DeviceWithLines(device, lines))
        self._add_special_cases(site, [item.device for item in devices])
        return devices

    def _line_count(self, phone_type: PhoneType, index: int) -> int:
        if phone_type.ports is None:
            return 1 if index % 4 else 0
        if phone_type.is_dect:
            return self.random.randint(2, min(phone_type.ports, 24) - 2)
        usual = self.random.choices((0, 1, 2, 3, 5), (6, 62, 20, 8, 4))[0]
        return min(usual, phone_type.ports)

    def _ports(self, phone_type: PhoneType, lines: int) -> list[int]:
        if phone_type.ordering is not Ordering.STATIC or phone_type.ports is None:
            return list(range(1, lines + 1))
        return sorted(self.random.sample(range(1, min(phone_type.ports, lines + 3) + 1), lines))

    def _line(self, site: Site, user: Person, extension: int, port: int) -> Line:
        path = self.random.choice(site.departments) if site.departments and self.random.random() < 0.8 else None
        number = extension - site.extensions
        shared = port > 1 and self.random.random() < 0.15
        hunt_group = port > 1 and not shared and self.random.random() < 0.06
        return Line(
            line_port=f"{site.prefix.lower()}{extension}@{site.domain}",
            order=port,
            primary=port == 1,
            user_id=f"{user.login}@{site.domain}",
            last_name="Hunt Group" if hunt_group else user.last_name,
            first_name=path or site.name if hunt_group else user.first_name,
            phone_number=f"{site.numbers}{number:03d}" if number < 1000 else "",
            extension=str(extension),
            email_address=f"{user.login}@{site.domain}" if self.random.random() < 0.9 else "",
            user_type="Hunt Group" if hunt_group else "Normal",
            endpoint_type="Shared Call Appearance" if shared else "Primary",
            department_name=path.split(" \\ ")[-1] if path else None,
            department_path=path,
        )

    def _device(self, site: Site, phone_type: PhoneType, index: int, users: list[Person]) -> AccessDevice:
        room, location = _room(site, index)
        status = self.random.choices(_STATUSES, _STATUS_WEIGHTS)[0]
        return AccessDevice(
            device_name=self._name(site, phone_type, room, users)[:40].strip(),
            device_type=phone_type.technical_name,
            mac_address=self.macs.next(phone_type.technical_name) if phone_type.mac is Need.MANDATORY else None,
            net_address=f"{site.network}.{index // 200}.{index % 200 + 20}" if index % 3 == 0 else "",
            net_port=5060 if phone_type.is_dect else None,
            serial_number=f"{self.random.randrange(10**12):012d}" if phone_type.mac is Need.MANDATORY else "",
            description=f"{site.name}: {users[0].name}" if users else site.name,
            physical_location=location,
            transport_protocol=self.random.choice(("UDP", "TCP", "TLS", "Unspecified")),
            version="" if status == "Unknown" else self.random.choice(VERSIONS[phone_type.technical_name]),
            status=status,
        )

    def _name(self, site: Site, phone_type: PhoneType, room: str, users: list[Person]) -> str:
        if phone_type.is_dect:
            return f"{site.prefix} DECT {room}"
        if phone_type.ports == 2:
            return f"{site.prefix} {self.random.choice(_ANALOGUE)} {room}"
        if phone_type.ports is None:
            return f"{users[0].login} softphone" if users else f"{site.prefix} softphone {room}"
        label = users[0].name if users else self.random.choice(_SHARED_ROOMS)
        return f"{site.prefix} {room} {label}"

    def _add_special_cases(self, site: Site, devices: list[AccessDevice]) -> None:
        """Give some devices no MAC yet, a name that needs care in an address, or a custom login."""
        for device in devices[: site.spares]:
            device.device_name, device.mac_address = f"{site.prefix} spare, MAC to follow", None
            device.status, device.version = "Unknown", ""
        for device, name in zip(reversed(devices), site.odd_names, strict=False):
            device.device_name = name
        for device in devices[-site.custom_logins :] if site.custom_logins else ():
            device.use_custom_user_name_password = True
            device.user_name = f"{site.prefix.lower()}-{device.device_type[:7].lower()}"
            device.password_hash = self.password_hash


def _room(site: Site, index: int) -> tuple[str, str]:
    """Return the room as in a device's name, and in full; one device a room."""
    building, rest = divmod(index, _FLOORS * _ROOMS)
    floor, room = divmod(rest, _ROOMS)
    number = f"{floor + 1}.{room + 1:02d}"
    if sum(site.devices.values()) <= _FLOORS * _ROOMS:
        return number, f"{site.name}, floor {floor + 1}, room {number}"
    return f"B{building + 1:02d}-{number}", f"{site.name}, building {building + 1}, floor {floor + 1}, room {number}"
