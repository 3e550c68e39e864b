"""The choices of how a job is to run."""

import re
from datetime import datetime, timedelta

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, StringField, ValidationError

from app.portal.domain.audit import MOST_OF_NOTE
from app.portal.domain.checks import check_length
from app.portal.domain.jobs import REBOOTED_AFTER, JobAction, RunOptions
from app.portal.domain.local_time import LocalTime, is_zone
from app.portal.forms.checks import tidy

_MOST = 1_000_000
_FURTHEST = timedelta(days=366)
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)


class WholeNumber:
    """Refuse what is no whole number from `least`; empty is `usual`."""

    def __init__(self, least: int, usual: int) -> None:
        self._least = least
        self.usual = usual

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        text = field.data or str(self.usual)
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and self._least <= int(text) <= _MOST):
            raise ValidationError(f"Must be a whole number from {self._least} to {_MOST:,}.")


_CANARY, _PACE, _PAUSE_AFTER = WholeNumber(0, 0), WholeNumber(1, 30), WholeNumber(0, 0)


class StartForm(FlaskForm):  # type: ignore[misc]  # published without types
    """Every field may be left out: then all devices are done at once, at the usual pace.

    Only `confirm` may not, where devices are to be deleted that nobody has confirmed yet.
    """

    canary = StringField("Devices to try first", [_CANARY], [tidy], default="0", description="0: all at once")
    pace = StringField("Devices per minute", [_PACE], [tidy], default=str(_PACE.usual))
    pause_after = StringField("Pause after failures", [_PAUSE_AFTER], [tidy], default="3", description="0: never")
    start_at = StringField("Start at", filters=[tidy], description="Empty: now")
    zone = StringField("Time zone", filters=[tidy], default="UTC", description="Time zone, e.g. Europe/London")
    reboot_after = BooleanField("Reboot each device afterwards", false_values=(False, "", "0", "false", "no", "off"))
    note = StringField("Note")
    confirm = StringField("Enter the number of devices to be deleted", filters=[tidy])

    def __init__(
        self,
        action: JobAction,
        now: datetime,
        typed: MultiDict[str, str] | None = None,
        note: str = "",
        deletions: int = 0,
    ) -> None:
        """`note` is the typed one as it would be kept. `deletions` are the devices to be deleted by an undo."""
        super().__init__(formdata=typed)
        self._action = action
        self._now = now
        self._note = note
        self.deletions = deletions

    @property
    def can_reboot_after(self) -> bool:
        return self._action in REBOOTED_AFTER

    def validate_zone(self, field: Field) -> None:
        if self.start_at.data and not is_zone(field.data or ""):
            raise ValidationError("Enter the name of a time zone, e.g. Europe/London or UTC.")

    def validate_start_at(self, field: Field) -> None:
        zone = self.zone.data or ""
        if not field.data or not is_zone(zone):
            return
        start = LocalTime(field.data, zone)
        try:
            instant = start.instant if _LOCAL_TIME.fullmatch(field.data) else None
        except (ValueError, OverflowError):
            instant = None
        if instant is None:
            raise ValidationError("Enter a date and a time, e.g. 2027-01-31T02:00.")
        if instant <= self._now:
            raise ValidationError(f"{start} is over. Enter a later time, or leave it empty to start now.")
        if instant > self._now + _FURTHEST:
            raise ValidationError("Must be within a year.")

    def validate_reboot_after(self, field: Field) -> None:
        if field.data and not self.can_reboot_after:
            raise ValidationError("Not possible after this action.")

    def validate_note(self, _field: Field) -> None:
        if error := check_length(self._note, MOST_OF_NOTE):
            raise ValidationError(error)

    def validate_confirm(self, field: Field) -> None:
        if self.deletions and (field.data or "").replace(",", "") != str(self.deletions):
            raise ValidationError(f"Enter {self.deletions:,} to confirm. These devices are deleted.")

    def read(self) -> RunOptions:
        """Return what was chosen, of a valid form."""
        start_at = self.start_at.data or ""
        return RunOptions(
            canary=int(self.canary.data or _CANARY.usual),
            pace=int(self.pace.data or _PACE.usual),
            pause_after=int(self.pause_after.data or _PAUSE_AFTER.usual),
            start_at=start_at,
            zone=(self.zone.data or "") if start_at else "",
            reboot_after=bool(self.reboot_after.data),
            note=self._note,
        )
