from app.portal.domain.firmware import NewestFirmware


def test_older_firmware_is_older_than_newest_seen() -> None:
    versions = ["Yealink SIP-T48G 35.83.0.120", "Yealink SIP-T48G 35.83.0.50", "yealink sip-t48g  35.9.0.999", ""]
    newest = NewestFirmware([("T48", version) for version in versions] + [("T46", "Yealink SIP-T48G 99.1")])
    assert [newest.is_older("T48", version) for version in versions] == [False, True, True, False]
    assert newest.of_type("T48") == {"yealink sip-t48g": versions[0]}


def test_different_softphones_are_not_compared() -> None:
    versions = [
        "pjsip python",
        "Zoiper rv2.10.19.6",
        "MicroSIP/3.21.3",
        "Bria 6.6.1 stamp 110022",
        "Bria 6.5.0 stamp 2",
    ]
    newest = NewestFirmware(("Softphone", version) for version in versions)
    assert [newest.is_older("Softphone", version) for version in versions] == [False, False, False, False, True]


def test_endless_number_is_compared() -> None:
    newest = NewestFirmware([("T48", f"v1.{'9' * 6000}"), ("T48", f"v1.1{'0' * 6000}")])
    assert newest.is_older("T48", f"v1.{'9' * 6000}")
    assert not newest.is_older("T48", f"v1.1{'0' * 6000}")
