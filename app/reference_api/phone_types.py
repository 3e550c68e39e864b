"""The phone types: what each needs at creation, its lines, and the files that a phone downloads."""

from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from app.reference_api.rules import Ordering

TEMPLATES = Path(__file__).parent / "file_templates"


class Need(IntEnum):
    NO = 0
    OPTIONAL = 1
    MANDATORY = 2


@dataclass(frozen=True)
class FileType:
    """`file_format` is the name that the phone asks for, tags included; `template` is a file of this package."""

    file_format: str
    template: str

    def default_content(self) -> bytes:
        return (TEMPLATES / self.template).read_bytes()


@dataclass(frozen=True, kw_only=True)
class PhoneType:
    technical_name: str
    ports: int | None  # None = no limit
    ordering: Ordering
    mac: Need = Need.MANDATORY
    login: Need = Need.OPTIONAL
    host: Need = Need.NO
    port: Need = Need.NO
    serial_number: Need = Need.OPTIONAL
    is_dect: bool = False
    can_be_reset: bool = True
    tag_set: str = ""
    files: tuple[FileType, ...] = field(default=())

    @property
    def display_name(self) -> str:
        return self.technical_name.replace("-", " ")

    def file(self, file_format: str) -> FileType | None:
        return next((file for file in self.files if file.file_format == file_format), None)


def _yealink(model: str, ports: int, number: int) -> PhoneType:
    return PhoneType(
        technical_name=f"Yealink-{model}",
        ports=ports,
        ordering=Ordering.DYNAMIC,
        login=Need.NO,
        tag_set="Yealink-T4x_Tags",
        files=(
            FileType("%BWMACADDRESS%.cfg", "yealink-phone.cfg"),
            FileType(f"y0000000000{number}.cfg", "yealink-common.cfg"),
        ),
    )


CATALOGUE = {
    phone_type.technical_name: phone_type
    for phone_type in (
        PhoneType(
            technical_name="Generic SIP Phone",
            ports=None,
            ordering=Ordering.FIXED,
            mac=Need.OPTIONAL,
            host=Need.OPTIONAL,
            port=Need.OPTIONAL,
            can_be_reset=False,
        ),
        _yealink("T42G", 12, 29),
        _yealink("T46G", 16, 28),
        _yealink("T48G", 16, 35),
        PhoneType(
            technical_name="Yealink-W60B",
            ports=8,
            ordering=Ordering.STATIC,
            is_dect=True,
            tag_set="Yealink-W60_Tags",
            files=(
                FileType("%BWMACADDRESS%.cfg", "yealink-base.cfg"),
                FileType("y000000000077.cfg", "yealink-common.cfg"),
            ),
        ),
        PhoneType(
            technical_name="Polycom-VVX450",
            ports=12,
            ordering=Ordering.DYNAMIC,
            tag_set="Polycom-VVX_Tags",
            files=(
                FileType("%BWMACADDRESS%.cfg", "polycom-master.xml"),
                FileType("phone%BWMACADDRESS%.cfg", "polycom-phone.xml"),
                FileType("sys-VVX450.cfg", "polycom-system.xml"),
            ),
        ),
        PhoneType(
            technical_name="Gigaset-N720",
            ports=100,
            ordering=Ordering.STATIC,
            host=Need.OPTIONAL,
            is_dect=True,
            tag_set="Gigaset-N720_Tags",
            files=(FileType("%BWMACADDRESS%.xml", "gigaset-n720.xml"),),
        ),
        PhoneType(
            technical_name="Cisco-ATA191",
            ports=2,
            ordering=Ordering.STATIC,
            tag_set="Cisco-ATA_Tags",
            files=(
                FileType("%BWMACADDRESS%.xml", "cisco-ata.xml"),
                FileType("ata191.xml", "cisco-common.xml"),
            ),
        ),
    )
}
