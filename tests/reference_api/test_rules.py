import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.reference_api import rules
from app.reference_api.errors import Refused
from app.reference_api.rules import Ordering, check_host, check_name, check_order, normalize_mac
from tests.support.cases import record_case, requires_cases

macs = st.text("0123456789ABCDEF", min_size=12, max_size=12)
FORMS = [(12, ""), (2, ":"), (2, "-"), (2, "."), (2, " "), (4, "."), (4, "-"), (6, "-")]


def group_digits(mac: str, size: int, separator: str) -> str:
    return separator.join(mac[start : start + size] for start in range(0, 12, size))


@requires_cases("letters")
@given(mac=macs, form=st.sampled_from(FORMS))
def test_mac_notations_are_normalized(mac: str, form: tuple[int, str]) -> None:
    text = group_digits(mac, *form)
    record_case("letters", not mac.isdigit())
    assert normalize_mac(text) == normalize_mac(text.lower()) == normalize_mac(f" {text}\n") == mac


@requires_cases("a MAC", "not a MAC")
@given(
    st.text(max_size=20)
    | st.builds(
        lambda mac, form, rest: group_digits(mac, *form) + rest,
        st.text("0123456789abcdefABCDEF", min_size=11, max_size=12),
        st.sampled_from(FORMS),
        st.sampled_from(["", " ", "0", ":", "g"]),
    )
)
def test_normalized_mac_is_twelve_hex_digits(text: str) -> None:
    try:
        mac = normalize_mac(text)
    except ValueError:
        record_case("not a MAC")
        return
    record_case("a MAC")
    assert len(mac) == 12
    assert set(mac) <= set("0123456789ABCDEF")


@pytest.mark.parametrize("text", ["00:15:65:AA:BB", "00:15-65:AA:BB:CC", "00156SAABBCC", "0ﬀ565AABBCC", "٠01565AABBCC"])
def test_invalid_mac_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="12 hexadecimal digits"):
        normalize_mac(text)


@pytest.mark.parametrize(
    "name", ["APIO Test Device", "%BWMACADDRESS%.cfg", "100%25", "new", "...", "<b>\u2028\u202eé&"]
)
def test_addressable_name_is_accepted(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", [".", "..", "a/b", " a", "a ", "\ta", "a\u00a0", "a\x00b", "a\nb", "a\x7f", "a\x85b"])
def test_unaddressable_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must not"):
        check_name(name)


@pytest.mark.parametrize("address", ["10.0.0.1", "2001:db8::1", "sip.example", "sip.example.", "proxy_1", "x" * 63])
def test_host_is_accepted(address: str) -> None:
    check_host(address)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.256", "sip example", "http://sip", "-sip", "a..b", "x" * 64, "sip:5060", "é", "fe80::1%eth0", "::1%a\nb"],
)
def test_invalid_host_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="IP address or a host name"):
        check_host(address)


CURRENT = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"x": 99, "a": 99}, rules.UNKNOWN_LINE),
        ({"a": 99, "b": 99}, rules.MISSING_LINE),
        ({"a": 99, "b": 99, "c": 1}, rules.DUPLICATE_ORDER),
        ({"a": 99, "b": 3, "c": 1}, rules.ABOVE_MAXIMUM),
        ({"a": 4, "b": 3, "c": 1}, rules.GAP),
    ],
)
def test_first_broken_rule_is_reported(wanted: dict[str, int], text: str) -> None:
    with pytest.raises(Refused, match="^" + text.replace("(", r"\(").replace(")", r"\)") + "$"):
        check_order(wanted, CURRENT, Ordering.DYNAMIC, ports=12)


@requires_cases("another order")
@given(st.permutations(range(1, 4)))
def test_dynamic_type_takes_permutations(orders: list[int]) -> None:
    record_case("another order", orders != sorted(orders))
    check_order(dict(zip(CURRENT, orders, strict=True)), CURRENT, Ordering.DYNAMIC, ports=12)


@requires_cases("fits", "does not fit")
@given(orders=st.lists(st.integers(1, 10), min_size=3, max_size=3))
@example([1, 2, 8])
@example([1, 2, 9])
def test_static_type_takes_distinct_ports(orders: list[int]) -> None:
    fits = len(set(orders)) == 3 and max(orders) <= 8
    record_case("fits" if fits else "does not fit")
    try:
        check_order(dict(zip(CURRENT, orders, strict=True)), CURRENT, Ordering.STATIC, ports=8)
    except Refused:
        assert not fits
    else:
        assert fits


@requires_cases("a numbering", "not a numbering")
@given(
    orders=st.permutations([1, 2, 3]).map(lambda drawn: dict(zip(CURRENT, drawn, strict=True)))
    | st.dictionaries(st.sampled_from("abcx"), st.integers(1, 5))
)
def test_dynamic_order_has_no_gaps(orders: dict[str, int]) -> None:
    numbering = orders.keys() == set(CURRENT) and sorted(orders.values()) == [1, 2, 3]
    record_case("a numbering" if numbering else "not a numbering")
    try:
        check_order(orders, CURRENT, Ordering.DYNAMIC, ports=12)
    except Refused:
        assert not numbering
    else:
        assert numbering
