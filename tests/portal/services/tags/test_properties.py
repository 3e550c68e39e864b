"""Whatever is defined, in whatever order: the resolver ends, never raises, and returns the same."""

from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.models.tag import Tag
from app.portal.services.tags import expansion
from app.portal.services.tags import text as tag_text
from app.portal.services.tags.native import NativeTags, native_tags
from app.portal.services.tags.resolver import resolve_tags
from tests.support.cases import record_case, requires_cases

LEVELS = ("System_Default", "System_DeviceType", "Group_DeviceType", "DeviceProfile")
SECRET = "s3cr3t-never-shown"
FEW = ("%A%", "%B%", "%C%", "%D%", "%BWMACADDRESS%", "%BWFIRSTNAME-1%", "%BWAUTHPASSWORD-1%", "%BWLINEPORT-9%")
HOSTILE = ("<b onx=1>", "{{7*7}}", "{0.__class__}", "%s%d%(x)s", "\r\n\0", "\u202e\u2028", "$(id)", "(a+)+$", "%", "%%")

tag_names = st.sampled_from(FEW) | st.sampled_from(HOSTILE) | st.text(max_size=6).map(lambda inner: f"%{inner}%")
values = st.lists(tag_names | st.text(max_size=8), max_size=6).map("".join)
levels = st.sampled_from(LEVELS) | st.sampled_from(("", "New_Level"))
problems: st.SearchStrategy[dict[str, str]] = st.just({}) | st.just({"value": "Invalid value from the platform: 7"})


@st.composite
def tags(draw: st.DrawFn) -> Tag:
    name = draw(tag_names)
    value = SECRET if "BWAUTHPASSWORD" in name else draw(values)
    region = draw(st.sampled_from(("", "", "BE", "<i>")))
    return Tag(name=name, value=value, level=draw(levels), region_name=region, problems=draw(problems))


PHONE = AccessDevice(device_name="{{7*7}}", device_type="T", mac_address="001565AABB01")
HERE = ConnectedUser(line_port="%A%", order=1, first_name="%A%%B%", last_name="<b>")
NATIVES = native_tags(
    PHONE, ConnectedUserList(connected_users=(HERE,), no_line_reordering=False, static_line_reordering=False)
)


@requires_cases("a secret", "a tag filled in", "a name twice")
@settings(max_examples=150)
@given(st.lists(tags(), max_size=25), values, st.randoms(use_true_random=False))
def test_resolve_is_bounded_hides_secrets_ignores_order(definitions: Sequence[Tag], text: str, random: Random) -> None:
    resolution = resolve_tags(definitions, NATIVES)
    pieces = list(tag_text.split_text(text, resolution))
    record_case("a secret", "%BWAUTHPASSWORD-1%" in {tag.name for tag in definitions})
    settings_of = [(tag, setting.value) for tag in resolution.tags for setting in tag.settings if tag.value]
    record_case("a tag filled in", any("%" in (value or "") and tag.value != value for tag, value in settings_of))
    record_case("a name twice", len({tag.name for tag in definitions}) < len(definitions))
    assert SECRET not in repr(resolution) + repr(pieces)
    assert all(len(tag.value or "") <= max(expansion.MAX_LENGTH, 48) for tag in resolution.tags)
    assert "".join(piece.raw for piece in pieces) == text
    shuffled = list(definitions)
    random.shuffle(shuffled)
    assert resolve_tags(shuffled, NATIVES) == resolution
    assert {tag.name for tag in resolution.tags} == {tag.name for tag in definitions} | {
        tag.name for tag in NATIVES.tags
    }


plain = st.text(alphabet="ab <{$}\\", max_size=5)


@requires_cases("several levels", "twice at a level")
@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(LEVELS), plain), max_size=12))
def test_resolve_takes_value_of_most_specific_level(
    rows: Sequence[tuple[str, str, str]],
) -> None:
    places = {(name, level) for name, level, _ in rows}
    record_case("twice at a level", len(places) < len(rows))
    record_case("several levels", len({name for name, _ in places}) < len(places))
    expected: dict[str, str | None] = {}
    for level in LEVELS:
        for name in "xyz":
            set_here = [value for other_name, other_level, value in rows if (other_name, other_level) == (name, level)]
            if set_here:
                expected[f"%{name}%"] = set_here[0] if len(set_here) == 1 else None
    definitions = [Tag(name=f"%{name}%", value=value, level=level) for name, level, value in rows]
    resolution = resolve_tags(definitions, NativeTags())
    assert {tag.name: tag.value for tag in resolution.tags} == expected


graphs = st.dictionaries(st.integers(0, 14), st.lists(st.integers(0, 14), max_size=3), max_size=15)


@requires_cases("nested", "too deep")
@settings(max_examples=150)
@given(graphs)
def test_nested_values_equal_values_written_out(graph: dict[int, list[int]]) -> None:
    definitions = [
        Tag(
            name=f"%T{node}%",
            value=f"<{node}" + "".join(f"%T{inner}%" for inner in inners) + ">",
            level="DeviceProfile",
        )
        for node, inners in graph.items()
    ]

    def find_depth(node: int, above: frozenset[int]) -> float:
        if node in above:
            return float("inf")
        return max((1 + find_depth(inner, above | {node}) for inner in graph[node] if inner in graph), default=0)

    def write_out(node: int) -> str:
        inners = (write_out(inner) if inner in graph else f"%T{inner}%" for inner in graph[node])
        return f"<{node}{''.join(inners)}>"

    resolution = resolve_tags(definitions, NativeTags())
    for node in graph:
        tag = resolution.by_name[f"%T{node}%"]
        record_case("nested", 0 < find_depth(node, frozenset()) <= expansion.MAX_DEPTH)
        if find_depth(node, frozenset()) > expansion.MAX_DEPTH:
            record_case("too deep")
            assert tag.value is None
        elif tag.value is not None:
            assert tag.value == write_out(node)
        else:
            assert len(write_out(node)) > expansion.MAX_LENGTH
