"""What each tag stands for, why, and what is wrong with it."""

from collections.abc import Sequence

import pytest

from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.models.tag import Tag
from app.portal.services.tags.native import Natives, native_tags
from app.portal.services.tags.resolver import ProblemKind, Resolution, ResolvedTag, resolve
from app.portal.services.tags.text import Why, pieces

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


def resolution(*definitions: Tag) -> Resolution:
    return resolve(definitions, native_tags(PHONE, lines(AMELIE, JAN)))


def only(*definitions: Tag) -> ResolvedTag:
    found = resolve(definitions, Natives()).get(definitions[0].name)
    assert found is not None
    return found


def effective(text: str, found: Resolution) -> str:
    return "".join(piece.shown for piece in pieces(text, found))


def why_open(text: str, found: Resolution) -> dict[str, tuple[Why, str]]:
    """By name, why a tag of the text stays as written."""
    open_ones = (piece.unresolved for piece in pieces(text, found) if piece.unresolved)
    return {each.name: (each.why, each.words) for each in open_ones}


def kinds(found: ResolvedTag | None) -> Sequence[ProblemKind]:
    assert found is not None
    return [problem.kind for problem in found.problems]


def test_the_most_particular_level_wins_and_the_ladder_shows_all_four() -> None:
    found = only(tag("%A%", "device", DEVICE), tag("%A%", "type", TYPE, "Yealink"), tag("%A%", "default"))
    assert (found.value, found.comes_from, found.level, found.problems) == ("device", "This device", DEVICE, ())
    assert [(rung.words, [one.value for one in rung.settings], rung.decides) for rung in found.ladder] == [
        ("System default", ["default"], False),
        ("Device type", ["type"], False),
        ("Group’s device type", [], False),
        ("This device", ["device"], True),
    ]
    assert [rung.is_overridden for rung in found.ladder] == [True, True, False, False]
    assert found.is_overridden


def test_a_tag_set_once_overrides_nothing() -> None:
    found = only(tag("%A%", "1", TYPE, "Yealink", "EU"))
    assert (found.value, found.tag_set, found.region, found.is_overridden) == ("1", "Yealink", "EU", False)


def test_an_empty_value_wins_too() -> None:
    found = only(tag("%A%", "general"), tag("%A%", "", DEVICE))
    assert (found.value, kinds(found)) == ("", [ProblemKind.EMPTY])


def test_several_values_at_the_level_that_decides_are_all_shown_and_none_is_taken() -> None:
    found = only(tag("%A%", "uk", TYPE, "Set", "UK"), tag("%A%", "be", TYPE, "Set", "BE"), tag("%A%", "general"))
    assert (found.value, found.region, found.tag_set, found.comes_from) == (None, "BE, UK", "Set", "Device type")
    assert [one.value for one in found.settings] == ["be", "uk"]
    assert kinds(found) == [ProblemKind.REGION]


def test_a_malformed_name_is_kept_and_never_resolves() -> None:
    found = only(tag("%RING", "Ring3.wav"))
    assert (found.value, kinds(found), found.settings[0].value) == (None, [ProblemKind.MALFORMED], "Ring3.wav")
    assert effective("%RING and", resolution(tag("%RING", "x"))) == "%RING and"


def test_names_are_told_apart_by_case() -> None:
    found = resolution(tag("%a%", "small"), tag("%A%", "large"))
    assert effective("%a%%A%", found) == "smalllarge"


def test_a_level_that_is_not_known_gives_way_and_is_flagged() -> None:
    found = only(tag("%A%", "odd", "Enterprise_DeviceType"), tag("%A%", "general"))
    assert (found.value, found.comes_from, kinds(found)) == ("general", "System default", [ProblemKind.UNKNOWN_LEVEL])
    assert found.ladder[0].words == "Enterprise_DeviceType"
    alone = only(tag("%A%", "odd", "Enterprise_DeviceType"))
    assert (alone.value, alone.comes_from) == ("odd", "Enterprise_DeviceType")
    two = only(tag("%A%", "odd", "X"), tag("%A%", "even", ""))
    assert (two.value, two.comes_from) == (None, "No level, X")


def test_tags_in_values_are_filled_in_with_their_own_winners() -> None:
    found = resolution(
        tag("%URL%", "sip:%HOST%:%PORT%"), tag("%HOST%", "h"), tag("%PORT%", "1"), tag("%PORT%", "2", DEVICE)
    )
    assert effective("<%URL%>", found) == "<sip:h:2>"


def test_a_tag_in_a_value_that_nothing_fills_in_stays_and_is_named() -> None:
    found = only(tag("%A%", "x%B%y%C%"), tag("%B%", "1", TYPE, region="BE"), tag("%B%", "2", TYPE, region="UK"))
    assert (found.value, kinds(found)) == ("x%B%y%C%", [ProblemKind.OPEN])
    assert "%B%, %C%" in found.problems[0].words


def test_a_circle_never_resolves_and_neither_does_what_leads_into_it() -> None:
    found = resolution(tag("%A%", "%B%"), tag("%B%", "%A%"), tag("%C%", "see %A%"), tag("%D%", "%D%"), tag("%E%", "e"))
    for name in ("%A%", "%B%", "%C%", "%D%"):
        assert kinds(found.get(name)) == [ProblemKind.CIRCLE]
    assert effective("%A% %E%", found) == "%A% e"


def test_nesting_ends_somewhere() -> None:
    chain = [tag(f"%T{at}%", f"%T{at - 1}%" if at else "end") for at in range(5_000)]
    found = resolution(*chain)
    assert effective("%T10%", found) == "end"
    assert kinds(found.get("%T11%")) == kinds(found.get("%T4999%")) == [ProblemKind.TOO_DEEP]


def test_tags_that_grow_without_measure_are_not_filled_in() -> None:
    laughs = [tag(f"%L{at}%", f"%L{at - 1}%" * 10 if at else "ha") for at in range(10)]
    found = resolution(*laughs)
    assert effective("%L3%", found) == "ha" * 1000
    assert kinds(found.get("%L4%")) == [ProblemKind.TOO_LARGE]
    assert kinds(found.get("%L5%")) == [ProblemKind.OPEN]


def test_a_long_value_is_filled_in_only_as_far_as_the_bound_goes() -> None:
    found = resolution(tag("%A%", "x"), tag("%B%", "%A%" + "y" * 16_383), tag("%C%", "%A%" + "y" * 16_384))
    assert len(found.by_name["%B%"].value or "") == 16_384
    assert kinds(found.get("%C%")) == [ProblemKind.TOO_LARGE]


def test_many_values_that_each_grow_a_little_too_much_stop_growing() -> None:
    many = [tag(f"%M{at:05}%", "=%BIG%") for at in range(2_000)]
    found = resolution(*reversed(many), tag("%BIG%", "x" * 10_000))
    told = [each for each in found.tags if each.name.startswith("%M") and each.value is not None]
    assert [each.name for each in told] == [f"%M{at:05}%" for at in range(419)]


def test_native_tags_tell_what_device_and_lines_say() -> None:
    found = resolution()
    assert effective(
        "%BWMACADDRESS%|%BWDEVICEID%|%BWLINEPORT-1%|%BWFIRSTNAME-1%|%BWLASTNAME-1%|%BWEXTENSION-3%", found
    ) == "001565AABB01|Reception|2101@acme.example|Amélie|Laurent|2102"  # fmt: skip
    assert [each.comes_from for each in found.tags if each.name.endswith("-3%")] == ["Line 3"] * 6


def test_moving_a_person_to_another_line_changes_what_the_phone_gets() -> None:
    moved = resolve([], native_tags(PHONE, lines(ConnectedUser(line_port="2101@acme.example", order=2))))
    assert moved.get("%BWLINEPORT-1%") is None
    assert effective("%BWLINEPORT-2%", moved) == "2101@acme.example"


def test_what_the_platform_does_not_tell_is_said_to_be_its_own() -> None:
    told = why_open("%BWTIMESTAMP% %BWAUTHUSER-1% %BWLINEPORT-2% %BWCLUSTER% %NOWHERE%", resolution())
    assert {name: why for name, (why, _) in told.items()} == {
        "%BWTIMESTAMP%": Why.NOT_TOLD,
        "%BWAUTHUSER-1%": Why.NOT_TOLD,
        "%BWLINEPORT-2%": Why.NO_LINE,
        "%BWCLUSTER%": Why.NOT_TOLD,
        "%NOWHERE%": Why.UNKNOWN,
    }
    assert told["%BWLINEPORT-2%"][1] == "Nobody is on line 2"


def test_a_device_without_a_mac_and_lines_that_cannot_be_read_are_said_so() -> None:
    found = resolve([], native_tags(AccessDevice(device_name="D", device_type="T"), None))
    told = why_open("%BWMACADDRESS% %BWLINEPORT-1%", found)
    assert [words for _, words in told.values()] == ["The device has no MAC", "Who is on the lines could not be read"]


def test_a_line_with_several_people_or_none_in_order_tells_nothing() -> None:
    twins = native_tags(PHONE, lines(AMELIE, AMELIE, ConnectedUser(line_port="x", order=None)))
    found = resolve([], twins).get("%BWEXTENSION-1%")
    assert found is not None
    assert (found.value, found.why) == (None, "Several people are on it")


def test_what_is_set_under_a_native_name_does_not_count() -> None:
    found = resolution(tag("%BWMACADDRESS%", "000000000000", DEVICE)).get("%BWMACADDRESS%")
    assert found is not None
    assert (found.value, found.is_native, kinds(found)) == ("001565AABB01", True, [ProblemKind.RESERVED])
    assert found.ladder[-1].is_overridden


def test_what_people_are_called_is_never_taken_for_a_tag() -> None:
    found = resolution(tag("%PORT%", "5060"), tag("%WHO%", "%BWFIRSTNAME-3%"))
    assert effective("%BWFIRSTNAME-3% %WHO%", found) == "%PORT% %PORT%"


@pytest.mark.parametrize(
    "name", ["%BWAUTHPASSWORD-1%", "%BWAUTHPASSWORD-9%", "%bwAuthPassword-1%", "%BWAUTHPASSWORD-1"]
)
def test_a_password_is_dots_wherever_it_would_show(name: str) -> None:
    broken = Tag(name=name, level="X", problems={"value": f"The platform sent this as value: {SECRET}"})
    lost = Tag(name="", level="", problems={"": f"The platform sent this for a row: {name} {SECRET}"})
    found = resolution(tag(name, SECRET, DEVICE), tag("%ALL%", f"pw={name}"), broken, lost)
    assert SECRET not in repr(found)
    text = f"%ALL%|{name}|"
    assert SECRET not in effective(text, found)
    if name.endswith("%"):
        assert effective(text, found) == "pw=••••••••|••••••••|"


def test_a_value_that_came_unreadable_resolves_to_nothing() -> None:
    found = only(Tag(name="%A%", level=DEVICE, problems={"value": "The platform sent this as value: 5060"}))
    assert (found.value, kinds(found)) == (None, [ProblemKind.MISREAD])


def test_a_text_is_cut_into_what_it_is_made_of() -> None:
    found = [(each.source, each.shown, each.name) for each in pieces("a=%A%;%X%", resolution(tag("%A%", "1")))]
    assert found == [("a=", "a=", None), ("%A%", "1", "%A%"), (";", ";", None), ("%X%", "%X%", "%X%")]


def test_a_text_never_grows_past_its_bound() -> None:
    text, found = "%A%" * 1_000, resolution(tag("%A%", "x" * 10_000))
    assert len(effective(text, found)) <= 4_194_304
    assert {name: why for name, (why, _) in why_open(text, found).items()} == {"%A%": Why.NO_ROOM}
