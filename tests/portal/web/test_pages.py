from tests.support.population import HQ
from tests.support.world import OWNER, World


def test_every_device_page_passes_the_page_checker(world: World) -> None:
    owner = world.browser(OWNER)
    reception = [f"{HQ}Reception/{page}" for page in ("", "edit", "delete", "lines/", "files/", "tags/", "history/")]
    for url in (HQ, f"{HQ}new", *reception, "/history/", "/account"):
        page = owner.get(url)
        assert page.status == 200, url
