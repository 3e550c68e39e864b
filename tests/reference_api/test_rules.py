import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.reference_api import rules
from app.reference_api.errors import Refused
from app.reference_api.rules import Ordering, check_host, check_name, check_order, normal_mac

macs = st.text("0123456789ABCDEF", min_size=12, max_size=12)


def grouped(mac: str, size: int, separator: str) -> str:
    return separator.join(mac[at : at + size] for at in range(0, 12, size))


@given(mac=macs, form=st.sampled_from([(12, ""), (2, ":"), (2, "-"), (2, "."), (2, " "), (4, "."), (4, "-"), (6, "-")]))
def test_every_usual_notation_of_a_mac_reads_as_the_same_twelve_digits(mac: str, form: tuple[int, str]) -> None:
    written = grouped(mac, *form)
    assert normal_mac(written) == normal_mac(written.lower()) == normal_mac(f" {written}\n") == mac


@given(st.text(max_size=20))
def test_what_reads_as_a_mac_is_always_twelve_upper_case_hex_digits(written: str) -> None:
    try:
        mac = normal_mac(written)
    except ValueError:
        return
    assert len(mac) == 12
    assert set(mac) <= set("0123456789ABCDEF")


@pytest.mark.parametrize(
    "written", ["00:15:65:AA:BB", "00:15-65:AA:BB:CC", "00156SAABBCC", "0ﬀ565AABBCC", "٠01565AABBCC"]
)
def test_what_is_no_mac_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="12 hexadecimal digits"):
        normal_mac(written)


@pytest.mark.parametrize(
    "name", ["APIO Test Device", "%BWMACADDRESS%.cfg", "100%25", "new", "...", "<b>\u2028\u202eé&"]
)
def test_names_that_an_address_can_carry_are_taken(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", [".", "..", "a/b", " a", "a ", "\ta", "a\u00a0", "a\x00b", "a\nb", "a\x7f", "a\x85b"])
def test_names_that_no_address_can_carry_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must not"):
        check_name(name)


@pytest.mark.parametrize("address", ["10.0.0.1", "2001:db8::1", "sip.example", "sip.example.", "proxy_1", "x" * 63])
def test_ip_addresses_and_host_names_are_taken(address: str) -> None:
    check_host(address)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.256", "sip example", "http://sip", "-sip", "a..b", "x" * 64, "sip:5060", "é", "fe80::1%eth0", "::1%a\nb"],
)
def test_what_is_neither_an_ip_address_nor_a_host_name_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="IP address or a host name"):
        check_host(address)


PRESENT = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"x": 99, "a": 99}, rules.UNKNOWN_LINE),
        ({"a": 99, "b": 99}, rules.MISSING_LINE),
        ({"a": 99, "b": 99, "c": 1}, rules.DUPLICATE_ORDER),
        ({"a": 99, "b": 3, "c": 1}, rules.ABOVE_MAXIMUM),
        ({"a": 4, "b": 3, "c": 1}, rules.GAP),
    ],
)
def test_the_first_broken_rule_of_the_documented_sequence_is_named(wanted: dict[str, int], words: str) -> None:
    with pytest.raises(Refused, match="^" + words.replace("(", r"\(").replace(")", r"\)") + "$"):
        check_order(wanted, PRESENT, Ordering.DYNAMIC, ports=12)


@given(st.permutations(range(1, 4)))
def test_a_dynamic_type_takes_every_permutation(orders: list[int]) -> None:
    check_order(dict(zip(PRESENT, orders, strict=True)), PRESENT, Ordering.DYNAMIC, ports=12)


@given(orders=st.lists(st.integers(1, 20), min_size=3, max_size=3))
@example([1, 2, 8])
@example([1, 2, 9])
def test_a_static_type_takes_exactly_the_distinct_ports_that_it_has(orders: list[int]) -> None:
    fits = len(set(orders)) == 3 and max(orders) <= 8
    try:
        check_order(dict(zip(PRESENT, orders, strict=True)), PRESENT, Ordering.STATIC, ports=8)
    except Refused:
        assert not fits
    else:
        assert fits


@given(orders=st.dictionaries(st.sampled_from("abcx"), st.integers(1, 5)))
def test_what_a_dynamic_type_takes_is_a_numbering_of_its_lines_from_one(orders: dict[str, int]) -> None:
    numbering = orders.keys() == set(PRESENT) and sorted(orders.values()) == [1, 2, 3]
    try:
        check_order(orders, PRESENT, Ordering.DYNAMIC, ports=12)
    except Refused:
        assert not numbering
    else:
        assert numbering
