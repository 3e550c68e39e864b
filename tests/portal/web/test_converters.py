"""Names in URLs that no name can be."""

from itertools import cycle

from tests.support.client import HTMX
from tests.support.world import SYSTEM_ADMIN, World

UNNAMEABLE = ("%00", "a%00b", "%FF", "a%C3", "%ED%A0%80", "%EF%BF%BD", "x" * 1_025)


def test_impossible_names_are_not_found(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    rules = [rule for rule in world.portal.url_map.iter_rules() if {"tenant", "file", "filename"} & rule.arguments]
    assert len(rules) > 40
    for rule, bad, headers, turn in zip(rules, cycle(UNNAMEABLE), cycle([{}, HTMX]), cycle([0, 1, 2, 3]), strict=False):
        arguments = [f"<{part.partition('>')[0]}>" for part in str(rule).split("<")[1:]]
        changed, url = arguments[turn % len(arguments)], str(rule)
        for argument in arguments:
            url = url.replace(argument, bad if argument == changed else "1")
        ask = admin.get if "GET" in (rule.methods or ()) else admin.post
        assert ask(url, headers=headers).status == 404, url
