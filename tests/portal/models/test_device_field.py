from typing import Annotated, Any

import pytest
from msgspec import defstruct

from app.portal.models.device_field import DeviceField, EditableField, Section, declared_fields


@pytest.mark.parametrize(
    ("value_type", "declaration", "error"),
    [
        (str, None, "Phone.ring_tone has no DeviceField"),
        (str, EditableField("Ring tone", Section.DEVICE), "max_length is missing"),
        (bool, EditableField("Rings", Section.DEVICE), "options for false and true are missing"),
        (float, EditableField("Volume", Section.DEVICE), "no text can be read as"),
        (int | None, EditableField("Volume", Section.DEVICE), "a check for numbers is missing"),
        (int, EditableField("Volume", Section.DEVICE), "no text can be read as"),
        (str, EditableField("Tone", Section.DEVICE, max_length=9, need="tone"), "tells whether it needs 'tone'"),
    ],
)
def test_incomplete_declaration_is_refused(value_type: Any, declaration: DeviceField | None, error: str) -> None:
    annotated: Any = Annotated[value_type, declaration] if declaration else value_type
    with pytest.raises(TypeError, match=error):
        declared_fields(defstruct("Phone", [("ring_tone", annotated)]))


def test_list_without_unique_field_is_refused() -> None:
    known = {"ring_tone": EditableField("Ring tone", Section.DEVICE, duplicate="Another device has it.")}
    with pytest.raises(TypeError, match="ring_tone: its duplicates cannot be found, for Row lacks it"):
        declared_fields(defstruct("Row", []), known)


def test_declaration_needs_label_and_section() -> None:
    with pytest.raises(TypeError, match="label"):
        DeviceField()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="section"):
        EditableField("Ring tone")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (EditableField("Port", Section.DEVICE, type=int | None), 5060, "5060"),
        (EditableField("Port", Section.DEVICE, type=int | None), None, ""),
        (EditableField("Own", Section.DEVICE, type=bool), True, "true"),
        (EditableField("Own", Section.DEVICE, type=bool), False, "false"),
        (EditableField("Name", Section.DEVICE), "true", "true"),
        (EditableField("Name", Section.DEVICE), "", ""),
    ],
)
def test_value_is_read_back_from_its_text(field: EditableField, value: object, text: str) -> None:
    assert (field.to_input(value), field.from_text(text)) == (text, value)
