"""The URLs and paths of a device's files, as the platform writes them."""

from urllib.parse import quote

from app.reference_api.phone_types import FileType, PhoneType

MAC_TAG = "%BWMACADDRESS%"

_DOWNLOADS = "http://dms.provider.example/dms"
_FILE_SERVER = "files.provider.example"
_LOGIN = "device_management:d*2m*$ment"
_FOLDER = "/var/broadworks/IpDeviceConfig"


def resolved_name(file_format: str, mac: str | None) -> str | None:
    """Return the name that a phone asks for; None while it depends on a MAC that is not set."""
    if mac is None and MAC_TAG in file_format:
        return None
    return file_format.replace(MAC_TAG, mac or "")


def access_url(phone_type: PhoneType, file: FileType, mac: str | None) -> str:
    """An undefined part stands in braces, and then the address has no host."""
    name = resolved_name(file.file_format, mac)
    if name is None:
        return quote(file.file_format.replace(MAC_TAG, f"{{{MAC_TAG}}}"), safe="{}")
    return f"{_DOWNLOADS}/{quote(phone_type.technical_name)}/{quote(name)}"


def template_url(phone_type: PhoneType, file: FileType) -> str:
    """Carries credentials, as the platform's does."""
    return f"http://{_LOGIN}@{_FILE_SERVER}{quote(template_path(phone_type, file))}"


def template_path(phone_type: PhoneType, file: FileType) -> str:
    return f"{_FOLDER}/type/CT{phone_type.technical_name}/{file.file_format}.template"


def custom_url(*parts: str) -> str:
    return f"http://{_FILE_SERVER}{quote(custom_path(*parts))}"


def custom_path(*parts: str) -> str:
    """`parts` are tenant, group, device and file."""
    return "/".join([_FOLDER, "custom", *parts])
