"""The form for another phone in the place of a device's phone."""

from dataclasses import replace

from wtforms import BooleanField, Field, HiddenField, RadioField, ValidationError

from app.portal.domain import mac
from app.portal.forms.device import DeviceForm, make_control
from app.portal.models.access_device import EDITABLE_FIELDS

GONE, SPARE = "gone", "spare"  # what becomes of the old phone

_MAC = replace(EDITABLE_FIELDS["mac_address"], required="Enter the MAC address of the new phone.")
_SERIAL_NUMBER = replace(
    EDITABLE_FIELDS["serial_number"], help="On the label beside the MAC address. Left empty, the old one is removed."
)


class ReplacementForm(DeviceForm):
    """Begins empty. `old_mac`: twelve digits, of the phone that goes."""

    opened = HiddenField()
    mac_address = make_control(_MAC)
    serial_number = make_control(_SERIAL_NUMBER)
    old_phone = RadioField(
        "Old phone", choices={GONE: "It is gone or broken", SPARE: "Keep it as a spare device"}, default=GONE
    )
    reboot = BooleanField("Ask the platform to reboot the device", default=True)
    old_mac = ""

    def validate_mac_address(self, control: Field) -> None:
        if self.old_mac and mac.parse(control.data) == self.old_mac:
            raise ValidationError("The device has this MAC address already. Enter that of the new phone.")
