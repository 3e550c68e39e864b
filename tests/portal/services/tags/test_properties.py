"""Whatever is defined, in whatever order: the resolver ends, never raises, and tells the same."""

from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.models.tag import Tag
from app.portal.services.tags import nesting
from app.portal.services.tags import text as tag_text
from app.portal.services.tags.native import Natives, native_tags
from app.portal.services.tags.resolver import resolve

LEVELS = ("System_Default", "System_DeviceType", "Group_DeviceType", "DeviceProfile")
SECRET = "s3cr3t-never-shown"
FEW = ("%A%", "%B%", "%C%", "%D%", "%BWMACADDRESS%", "%BWFIRSTNAME-1%", "%BWAUTHPASSWORD-1%", "%BWLINEPORT-9%")
HOSTILE = ("<b onx=1>", "{{7*7}}", "{0.__class__}", "%s%d%(x)s", "\r\n\0", "\u202e\u2028", "$(id)", "(a+)+$", "%", "%%")

names = st.sampled_from(FEW) | st.sampled_from(HOSTILE) | st.text(max_size=6).map(lambda inner: f"%{inner}%")
values = st.lists(names | st.text(max_size=8), max_size=6).map("".join)
levels = st.sampled_from(LEVELS) | st.sampled_from(("", "New_Level"))
problems: st.SearchStrategy[dict[str, str]] = st.just({}) | st.just({"value": "The platform sent this as value: 7"})


@st.composite
def tags(draw: st.DrawFn) -> Tag:
    name = draw(names)
    value = SECRET if "BWAUTHPASSWORD" in name else draw(values)
    region = draw(st.sampled_from(("", "", "BE", "<i>")))
    return Tag(name=name, value=value, level=draw(levels), region_name=region, problems=draw(problems))


PHONE = AccessDevice(device_name="{{7*7}}", device_type="T", mac_address="001565AABB01")
HERE = ConnectedUser(line_port="%A%", order=1, first_name="%A%%B%", last_name="<b>")
NATIVES = native_tags(
    PHONE, ConnectedUserList(connected_users=(HERE,), no_line_reordering=False, static_line_reordering=False)
)


@settings(max_examples=150)
@given(st.lists(tags(), max_size=25), values, st.randoms(use_true_random=False))
def test_it_ends_within_bounds_says_no_secret_and_minds_no_order(
    definitions: Sequence[Tag], text: str, random: Random
) -> None:
    found = resolve(definitions, NATIVES)
    pieces = list(tag_text.pieces(text, found))
    assert SECRET not in repr(found) + repr(pieces)
    assert all(len(each.value or "") <= max(nesting.LONGEST, 48) for each in found.tags)
    assert "".join(piece.source for piece in pieces) == text
    shuffled = list(definitions)
    random.shuffle(shuffled)
    assert resolve(shuffled, NATIVES) == found
    assert {each.name for each in found.tags} == {each.name for each in definitions} | {n.name for n in NATIVES.tags}


plain = st.text(alphabet="ab <{$}\\", max_size=5)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(LEVELS), plain), max_size=12))
def test_without_nesting_the_value_is_that_of_the_last_level_that_is_set_once(
    rows: Sequence[tuple[str, str, str]],
) -> None:
    expected: dict[str, str | None] = {}
    for level in LEVELS:
        for name in "xyz":
            here = [value for each, at, value in rows if (each, at) == (name, level)]
            if here:
                expected[f"%{name}%"] = here[0] if len(here) == 1 else None
    found = resolve([Tag(name=f"%{name}%", value=value, level=level) for name, level, value in rows], Natives())
    assert {each.name: each.value for each in found.tags} == expected


graphs = st.dictionaries(st.integers(0, 14), st.lists(st.integers(0, 14), max_size=3), max_size=15)


@settings(max_examples=150)
@given(graphs)
def test_nested_values_are_what_writing_them_out_by_hand_gives(graph: dict[int, list[int]]) -> None:
    definitions = [
        Tag(name=f"%T{at}%", value=f"<{at}" + "".join(f"%T{to}%" for to in inner) + ">", level="DeviceProfile")
        for at, inner in graph.items()
    ]

    def depth(at: int, above: frozenset[int]) -> float:
        if at in above:
            return float("inf")
        return max((1 + depth(to, above | {at}) for to in graph[at] if to in graph), default=0)

    def written_out(at: int) -> str:
        inner = (written_out(to) if to in graph else f"%T{to}%" for to in graph[at])
        return f"<{at}{''.join(inner)}>"

    found = resolve(definitions, Natives())
    for each, at in ((found.by_name[f"%T{at}%"], at) for at in graph):
        if depth(at, frozenset()) > nesting.DEEPEST:
            assert each.value is None
        elif each.value is not None:
            assert each.value == written_out(at)
        else:
            assert len(written_out(at)) > nesting.LONGEST
