"""Faults of a write, by whether the backend acts. ANSWERED: it acts, and says so with its status."""

from tests.support.faults import faults
from tests.support.faults.server import Fault

ERROR_TEXT = '{"errors": [{"code": 2, "message": "X", "details": "no luck"}]}'

DONE: dict[str, Fault] = {
    "acts, then hangs": faults.acts_then_hangs,
    "acts, then resets": faults.acts_then_resets,
    "acts, then hangs up": faults.acts_then_hangs_up,
    "acts, then 500": faults.answers(500, ERROR_TEXT, acts=True),
    "acts, then 503": faults.answers(503, "", acts=True),
    "acts, then HTML": faults.answers(200, "<html>", acts=True),
    "acts, then redirects": faults.answers(302, "", ("Location", "/"), acts=True),
}
ANSWERED: dict[str, Fault] = {
    "truncates": faults.truncates,
    "acts, then floods": faults.answers(200, b"[" + b" " * 2_000_000, acts=True),
    "acts, then sends nothing": faults.answers(204, b"", acts=True),
    "acts, then sends a list": faults.answers(207, b"[]", acts=True),
    "acts, then sends an object without keys": faults.answers(201, b"{}", acts=True),
}
NOT_DONE: dict[str, Fault] = {
    "hangs": faults.hangs,
    "resets": faults.resets,
    "500": faults.answers(500, ERROR_TEXT),
    "502": faults.answers(502, "<html>"),
    "503": faults.answers(503, ""),
    "HTML": faults.sends_html,
}
