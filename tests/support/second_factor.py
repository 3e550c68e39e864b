"""An authenticator app, and a browser that sets up a second factor with it."""

from dataclasses import dataclass

import pyotp

from tests.support.client import Browser, Page
from tests.support.html import text
from tests.support.world import PASSWORD, Member, World

SECOND_FACTOR = "/account/second-factor"


@dataclass
class Authenticator:
    """Shows codes by the clock of the world; `off` are the seconds that the phone is fast."""

    world: World
    secret: str
    recovery_codes: tuple[str, ...] = ()
    off: float = 0

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(int(self.world.clock.now.timestamp() + self.off))

    def next_code(self) -> str:
        """The code of the next step, as each works once."""
        self.world.clock.advance(seconds=30)
        return self.code()


def read_secret(page: Page) -> str:
    [element] = [element for element in page.document.iter("code") if element.get("id") == "secret"]
    return text(element).replace(" ", "")


def read_recovery_codes(page: Page) -> tuple[str, ...]:
    [codes] = [element for element in page.document.iter("ul") if element.get("id") == "recovery-codes"]
    return tuple(text(code) for code in codes.iter("code"))


def scan(world: World, browser: Browser, page: Page) -> tuple[Authenticator, Page]:
    """Set up a factor with the page that shows its secret; return the page that follows too."""
    app = Authenticator(world, read_secret(page))
    done = browser.submit(page, code=app.code())
    assert done.status == 200, done.words
    app.recovery_codes = read_recovery_codes(done)
    return app, done


def set_up(world: World, browser: Browser) -> Authenticator:
    return scan(world, browser, browser.get(SECOND_FACTOR))[0]


def enter_password(browser: Browser, member: Member, at: str = "/login") -> Page:
    """Sign in with the password, and return the page that asks for a code."""
    answer = browser.sign_in(member.username, PASSWORD, at)
    assert answer.location, answer.words
    return browser.get(answer.location)
