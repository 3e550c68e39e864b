"""Example requests and answers, by endpoint."""

import json
from importlib.resources import files
from typing import Any, NamedTuple


class Example(NamedTuple):
    answer: Any
    request: Any = None


PATH = {
    "tenant": "acme",
    "group": "headquarters",
    "device": "APIO Test Device",
    "file": "%BWMACADDRESS%.cfg",
    "phone_type": "Yealink-T46G",
}

_TEXT = files(__package__).joinpath("examples.json").read_text("utf-8")
EXAMPLES = {endpoint: Example(**example) for endpoint, example in json.loads(_TEXT).items()}
