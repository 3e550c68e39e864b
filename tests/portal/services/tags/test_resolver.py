"""What each tag stands for, why, and what is wrong with some."""

from collections.abc import Sequence

import pytest

from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.models.tag import Tag
from app.portal.services.tags.expansion import ExpansionFailure
from app.portal.services.tags.native import LINES_UNREADABLE, PLATFORM_ONLY, NativeTags, native_tags
from app.portal.services.tags.resolver import ProblemKind, Resolution, ResolvedTag, resolve_tags
from app.portal.services.tags.text import split_text

DEFAULT, TYPE, GROUP, DEVICE = "System_Default", "System_DeviceType", "Group_DeviceType", "DeviceProfile"
SECRET = "hunter-2-hunter"

PHONE = AccessDevice(device_name="Reception", device_type="Yealink-T48G", mac_address="001565AABB01")
AMELIE = ConnectedUser(
    line_port="2101@acme.example", order=1, first_name="Amélie", last_name="Laurent", extension="2101"
)
JAN = ConnectedUser(line_port="2102@acme.example", order=3, first_name="%PORT%", last_name="", extension="2102")


def lines(*users: ConnectedUser) -> ConnectedUserList:
    return ConnectedUserList(connected_users=users, no_line_reordering=False, static_line_reordering=True)


def tag(name: str, value: str = "", level: str = DEFAULT, tag_set: str = "", region: str = "") -> Tag:
    return Tag(name=name, value=value, level=level, tag_set_name=tag_set, region_name=region)


def resolve_here(*definitions: Tag) -> Resolution:
    return resolve_tags(definitions, native_tags(PHONE, lines(AMELIE, JAN)))


def resolve_single(*definitions: Tag) -> ResolvedTag:
    return resolve_tags(definitions, NativeTags()).by_name[definitions[0].name]


def render(text: str, resolution: Resolution) -> str:
    return "".join(piece.rendered for piece in split_text(text, resolution))


def find_unresolved(text: str, resolution: Resolution) -> dict[str, tuple[str, bool]]:
    """Return by name why a tag of the text stays as written, and whether somebody should look into it."""
    pieces = split_text(text, resolution)
    return {piece.raw: (piece.unresolved, piece.needs_attention) for piece in pieces if piece.unresolved}


def kinds(tag: ResolvedTag) -> Sequence[ProblemKind | ExpansionFailure]:
    return [problem.kind for problem in tag.problems]


def test_most_specific_level_wins_and_all_are_shown() -> None:
    resolved = resolve_single(tag("%A%", "device", DEVICE), tag("%A%", "type", TYPE, "Yealink"), tag("%A%", "default"))
    assert (resolved.value, resolved.source, resolved.level, resolved.problems) == ("device", "This device", DEVICE, ())
    assert [
        (level.label, [setting.value for setting in level.settings], level.decides) for level in resolved.levels
    ] == [
        ("System default", ["default"], False),
        ("Device type", ["type"], False),
        ("Group device type", [], False),
        ("This device", ["device"], True),
    ]
    assert [level.is_overridden for level in resolved.levels] == [True, True, False, False]
    assert resolved.is_overridden


def test_tag_set_once_overrides_nothing() -> None:
    resolved = resolve_single(tag("%A%", "1", TYPE, "Yealink", "EU"))
    assert (resolved.value, resolved.tag_set, resolved.region, resolved.is_overridden) == ("1", "Yealink", "EU", False)


def test_empty_value_wins_too() -> None:
    resolved = resolve_single(tag("%A%", "general"), tag("%A%", "", DEVICE))
    assert (resolved.value, kinds(resolved)) == ("", [ProblemKind.EMPTY])


def test_several_values_at_one_level_decide_nothing() -> None:
    resolved = resolve_single(
        tag("%A%", "uk", TYPE, "Set", "UK"), tag("%A%", "be", TYPE, "Set", "BE"), tag("%A%", "general")
    )
    assert (resolved.value, resolved.region, resolved.tag_set, resolved.source) == (
        None,
        "BE, UK",
        "Set",
        "Device type",
    )
    assert [setting.value for setting in resolved.settings] == ["be", "uk"]
    assert kinds(resolved) == [ProblemKind.REGION]


def test_malformed_name_is_kept_and_never_resolves() -> None:
    resolved = resolve_single(tag("%RING", "Ring3.wav"))
    assert (resolved.value, kinds(resolved), resolved.settings[0].value) == (None, [ProblemKind.MALFORMED], "Ring3.wav")
    assert render("%RING and", resolve_here(tag("%RING", "x"))) == "%RING and"


def test_names_are_case_sensitive() -> None:
    resolved = resolve_here(tag("%a%", "small"), tag("%A%", "large"))
    assert render("%a%%A%", resolved) == "smalllarge"


def test_unknown_level_gives_way_and_is_flagged() -> None:
    resolved = resolve_single(tag("%A%", "odd", "Enterprise_DeviceType"), tag("%A%", "general"))
    assert (resolved.value, resolved.source, kinds(resolved)) == (
        "general",
        "System default",
        [ProblemKind.UNKNOWN_LEVEL],
    )
    assert resolved.levels[0].label == "Enterprise_DeviceType"
    alone = resolve_single(tag("%A%", "odd", "Enterprise_DeviceType"))
    assert (alone.value, alone.source) == ("odd", "Enterprise_DeviceType")
    two = resolve_single(tag("%A%", "odd", "X"), tag("%A%", "even", ""))
    assert (two.value, two.source) == (None, "No level, X")


def test_nested_tags_expand_to_their_winning_values() -> None:
    resolved = resolve_here(
        tag("%URL%", "sip:%HOST%:%PORT%"), tag("%HOST%", "h"), tag("%PORT%", "1"), tag("%PORT%", "2", DEVICE)
    )
    assert render("<%URL%>", resolved) == "<sip:h:2>"


def test_unresolved_nested_tag_stays_and_is_named() -> None:
    resolved = resolve_single(
        tag("%A%", "x%B%y%CO%"), tag("%B%", "1", TYPE, region="BE"), tag("%B%", "2", TYPE, region="UK")
    )
    assert (resolved.value, kinds(resolved)) == ("x%B%y%CO%", [ProblemKind.UNRESOLVED])
    assert "%B%, %CO%" in resolved.problems[0].message


def test_circle_and_what_leads_into_it_never_resolve() -> None:
    resolved = resolve_here(
        tag("%A%", "%B%"), tag("%B%", "%A%"), tag("%C%", "see %A%"), tag("%D%", "%D%"), tag("%E%", "e")
    )
    for name in ("%A%", "%B%", "%C%", "%D%"):
        assert kinds(resolved.by_name[name]) == [ExpansionFailure.CIRCLE]
    assert render("%A% %E%", resolved) == "%A% e"


def test_nesting_deeper_than_limit_fails() -> None:
    chain = [tag(f"%T{depth}%", f"%T{depth - 1}%" if depth else "end") for depth in range(5_000)]
    resolved = resolve_here(*chain)
    assert render("%T10%", resolved) == "end"
    assert kinds(resolved.by_name["%T11%"]) == kinds(resolved.by_name["%T4999%"]) == [ExpansionFailure.TOO_DEEP]


def test_exponential_growth_is_refused() -> None:
    laughs = [tag(f"%L{depth}%", f"%L{depth - 1}%" * 10 if depth else "ha") for depth in range(10)]
    resolved = resolve_here(*laughs)
    assert render("%L3%", resolved) == "ha" * 1000
    assert kinds(resolved.by_name["%L4%"]) == [ExpansionFailure.TOO_LARGE]
    assert kinds(resolved.by_name["%L5%"]) == [ProblemKind.UNRESOLVED]


def test_value_longer_than_limit_is_refused() -> None:
    resolved = resolve_here(tag("%A%", "x"), tag("%B%", "%A%" + "y" * 16_383), tag("%C%", "%A%" + "y" * 16_384))
    assert len(resolved.by_name["%B%"].value or "") == 16_384
    assert kinds(resolved.by_name["%C%"]) == [ExpansionFailure.TOO_LARGE]


def test_values_longer_than_limit_together_are_refused() -> None:
    many = [tag(f"%M{number:05}%", "=%BIG%") for number in range(2_000)]
    resolved = resolve_here(*reversed(many), tag("%BIG%", "x" * 10_000))
    expanded = [tag.name for tag in resolved.tags if tag.name.startswith("%M") and tag.value is not None]
    assert expanded == [f"%M{number:05}%" for number in range(419)]


def test_native_tags_come_from_device_and_lines() -> None:
    resolved = resolve_here()
    assert render(
        "%BWMACADDRESS%|%BWDEVICEID%|%BWLINEPORT-1%|%BWFIRSTNAME-1%|%BWLASTNAME-1%|%BWEXTENSION-3%", resolved
    ) == "001565AABB01|Reception|2101@acme.example|Amélie|Laurent|2102"  # fmt: skip
    assert [tag.source for tag in resolved.tags if tag.name.endswith("-3%")] == ["Line 3"] * 6


def test_moved_person_changes_native_tags() -> None:
    moved = resolve_tags([], native_tags(PHONE, lines(ConnectedUser(line_port="2101@acme.example", order=2))))
    assert "%BWLINEPORT-1%" not in moved.by_name
    assert render("%BWLINEPORT-2%", moved) == "2101@acme.example"


def test_unresolved_native_tags_say_why() -> None:
    unresolved = find_unresolved("%BWTIMESTAMP% %BWAUTHUSER-1% %BWLINEPORT-2% %BWCLUSTER% %NOWHERE%", resolve_here())
    assert unresolved == {
        "%BWTIMESTAMP%": (PLATFORM_ONLY, False),
        "%BWAUTHUSER-1%": (PLATFORM_ONLY, False),
        "%BWLINEPORT-2%": ("No one is assigned to line 2", False),
        "%BWCLUSTER%": ("Not defined at any level: the phone receives it as written", True),
        "%NOWHERE%": ("Not defined at any level: the phone receives it as written", True),
    }


def test_missing_mac_and_unreadable_lines_are_reported() -> None:
    resolved = resolve_tags([], native_tags(AccessDevice(device_name="D", device_type="T"), None))
    unresolved = find_unresolved("%BWMACADDRESS% %BWLINEPORT-1%", resolved)
    assert [reason for reason, _ in unresolved.values()] == ["The device has no MAC address", LINES_UNREADABLE]


def test_line_with_several_people_has_no_value() -> None:
    twins = native_tags(PHONE, lines(AMELIE, AMELIE, ConnectedUser(line_port="x", order=None)))
    resolved = resolve_tags([], twins).by_name["%BWEXTENSION-1%"]
    assert (resolved.value, resolved.reason) == (None, "Several people are assigned to this line")


def test_setting_under_native_name_does_not_count() -> None:
    resolved = resolve_here(tag("%BWMACADDRESS%", "000000000000", DEVICE)).by_name["%BWMACADDRESS%"]
    assert (resolved.value, resolved.is_native, kinds(resolved)) == ("001565AABB01", True, [ProblemKind.RESERVED])
    assert resolved.levels[-1].is_overridden


def test_names_of_people_are_never_expanded() -> None:
    resolved = resolve_here(tag("%PORT%", "5060"), tag("%WHO%", "%BWFIRSTNAME-3%"))
    assert render("%BWFIRSTNAME-3% %WHO%", resolved) == "%PORT% %PORT%"


@pytest.mark.parametrize(
    "name", ["%BWAUTHPASSWORD-1%", "%BWAUTHPASSWORD-9%", "%bwAuthPassword-1%", "%BWAUTHPASSWORD-1"]
)
def test_password_is_shown_as_dots(name: str) -> None:
    broken = Tag(name=name, level="X", problems={"value": f"Invalid value from the platform: {SECRET}"})
    lost = Tag(name="", level="", problems={"": f"Invalid data from the platform: {name} {SECRET}"})
    resolved = resolve_here(tag(name, SECRET, DEVICE), tag("%ALL%", f"pw={name}"), broken, lost)
    assert SECRET not in repr(resolved)
    text = f"%ALL%|{name}|"
    assert SECRET not in render(text, resolved)
    if name.endswith("%"):
        assert render(text, resolved) == "pw=••••••••|••••••••|"


def test_unreadable_value_resolves_to_nothing() -> None:
    resolved = resolve_single(
        Tag(name="%A%", level=DEVICE, problems={"value": "Invalid value from the platform: 5060"})
    )
    assert (resolved.value, kinds(resolved)) == (None, [ProblemKind.UNREADABLE])


def test_split_text_separates_tags_from_text() -> None:
    pieces = split_text("a=%A%;%XX%", resolve_here(tag("%A%", "1")))
    assert [(piece.raw, piece.rendered, piece.tag is not None) for piece in pieces] == [
        ("a=", "a=", False),
        ("%A%", "1", True),
        (";", ";", False),
        ("%XX%", "%XX%", True),
    ]


def test_rendered_text_stays_within_limit() -> None:
    text, resolved = "%A%" * 1_000, resolve_here(tag("%A%", "x" * 10_000))
    assert len(render(text, resolved)) <= 4_194_304
    assert find_unresolved(text, resolved) == {"%A%": ("Not resolved: the text would be too long", False)}
