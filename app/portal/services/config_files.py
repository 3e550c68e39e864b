"""The configuration files of a device: which there are, one of them, and its bytes."""

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiInvalid, ApiNotFound
from app.portal.models.config_file import ConfigFile, ConfigFileRow, FileContent
from app.portal.models.config_file import ConfigFiles as Listed
from app.portal.places import Place


class ConfigFiles:
    """Files of the devices that one person can reach."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def list(self, place: Place, device_name: str) -> tuple[ConfigFileRow, ...]:
        return self._api.get(_path(place, device_name), Listed).config_files

    def get(self, place: Place, device_name: str, file_format: str) -> ConfigFile:
        return self._api.get(_path(place, device_name, file_format), ConfigFile)

    def content(self, place: Place, device_name: str, file_format: str) -> bytes | None:
        """The bytes of a file that there is; None where this backend cannot show any."""
        try:
            return self._api.get((*_path(place, device_name, file_format), "content"), FileContent).file_content
        except ApiNotFound:
            return None
        except ApiInvalid as error:
            if error.status == 405:
                return None
            raise


def _path(place: Place, device_name: str, *file_format: str) -> tuple[str, ...]:
    device = ("tenants", place.tenant_id, "groups", place.group_id, "access_devices", device_name)
    return (*device, "config_files", *file_format)
