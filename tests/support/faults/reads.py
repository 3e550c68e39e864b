"""What a page says under each fault of a read."""

from tests.support.client import Page
from tests.support.faults import faults
from tests.support.faults.server import Fault

AWAY, BUSY = "The telephony platform is not responding", "The telephony platform is busy"
LATE = "the answer took longer than 0.8 seconds"
PAGE = "The platform sent a page instead of an answer; your platform session may have ended."
CUT = "connection closed before the response was complete"
UNREADABLE = "unreadable response"
ERROR_TEXT = '{"errors": [{"code": 2, "message": "X", "details": "<b>no</b>"}]}'

# Fault: the status of the page, and words that are on it.
READ_FAULTS: dict[str, tuple[Fault, int, list[str]]] = {
    "hangs": (faults.hangs, 503, [AWAY, LATE]),
    "acts, then hangs": (faults.acts_then_hangs, 503, [AWAY, LATE]),
    "drips its headers": (faults.drips_its_headers, 503, [AWAY, LATE]),
    "drips its body": (faults.drips_its_body, 503, [AWAY, LATE]),
    "resets": (faults.resets, 503, [AWAY, CUT]),
    "acts, then resets": (faults.acts_then_resets, 503, [AWAY, CUT]),
    "truncates": (faults.truncates, 503, [AWAY, CUT]),
    "sends half the JSON": (faults.sends_half_the_json, 503, [AWAY, UNREADABLE]),
    "sends HTML with 200": (faults.sends_html, 503, [PAGE, "Sign in again"]),
    "sends garbage": (faults.sends_garbage, 503, [AWAY, UNREADABLE]),
    "sends a list": (faults.answers(200, "[]"), 503, [AWAY, UNREADABLE]),
    "sends a number": (faults.answers(200, "3"), 503, [AWAY, UNREADABLE]),
    "sends nothing": (faults.answers(204, ""), 503, [AWAY, UNREADABLE]),
    "leaves out every key": (faults.answers(200, "{}"), 503, [AWAY, UNREADABLE]),
    "floods": (faults.floods(50), 503, [AWAY, "response too large"]),
    "redirects": (faults.answers(302, "", ("Location", "/")), 503, [PAGE, "Sign in again"]),
    "400": (faults.answers(400, ERROR_TEXT), 422, ["The telephony platform rejected the request", "<b>no</b>"]),
    "403": (faults.answers(403, ERROR_TEXT), 403, ["The telephony platform refused the request", "<b>no</b>"]),
    "404": (faults.answers(404, ERROR_TEXT), 404, ["Page not found"]),
    "409": (faults.answers(409, ERROR_TEXT), 422, ["The telephony platform rejected the request"]),
    "410": (faults.answers(410, ERROR_TEXT), 422, ["The telephony platform has turned this off", "<b>no</b>"]),
    "413": (faults.answers(413, "<html>"), 413, ["Request too large"]),
    "422": (faults.answers(422, ERROR_TEXT), 422, ["The telephony platform rejected the request"]),
    "429": (faults.answers(429, "", ("Retry-After", "20")), 503, [BUSY, "the platform asks to wait"]),
    "429 with nonsense": (faults.answers(429, "", ("Retry-After", "<script>")), 503, [BUSY, "too many requests (429)"]),
    "500": (faults.answers(500, ERROR_TEXT), 503, [AWAY, "server error (500)", "<b>no</b>"]),
    "501": (faults.answers(501, ERROR_TEXT), 422, ["The telephony platform rejected the request", "<b>no</b>"]),
    "502": (faults.answers(502, "<html>Bad gateway"), 503, [AWAY, "server error (502)"]),
    "503": (faults.answers(503, ""), 503, [AWAY, "server error (503)"]),
}


def assert_page_says(page: Page, status: int, words: list[str]) -> None:
    assert (page.url, page.status) == (page.url, status), page.text
    for word in words:
        assert word in page.words, (page.url, word, page.words)
