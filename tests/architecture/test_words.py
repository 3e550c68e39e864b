"""Texts that people read use plain words; phrases that were replaced once do not come back."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from tests.support.source import ROOT, TEMPLATES, modules, tree

# Anywhere in a text, in capitals or not.
PHRASES = (
    # Menus, account, staff
    *("said lately", "as the system", "support and sessions", "name as support", "take back", "named by"),
    *("signs in as", "is named as support", "who is support", "was over already", "these are the"),
    # Lists and the directory
    *(
        "net address",
        "not rebooted since",
        "rows a page",
        "needs a look",
        "in every column",
        "in any column",
        "to look into",
    ),
    *("filters together", "in capitals or not", "its own page lists", "not there any more"),
    # Devices
    *("what it is", "how it connects", "where it is, and", "made by", "put them in another order", "look at them"),
    *(
        "nobody can read it back",
        "nobody is connected",
        "nobody is on",
        "put people on",
        "people are put on",
        "sticker",
    ),
    *(
        "any notation",
        "as you typed it",
        "a new one needs",
        "{} is saved",
        "{} is added",
        "{} is deleted",
        "called like this",
    ),
    *(
        "nothing was different",
        "it goes from the platform",
        "delete it",
        "take them off",
        "all the same",
        "type the name",
    ),
    *("type your", "both changed it", "the merged device", "discard mine"),
    # Reboots
    *("asked to reboot", "was asked for", "reported away", "waiting for it to come back", "look now", "by itself"),
    # Lines
    *("read again", "learns of the change", "others make room", "; makes room", "changes places", "no such port"),
    *("makes no sense", "make no sense", "save yours", "sorted for reading", "leaves it", "did not take this order"),
    *("the words in this table", "grab ", "order is saved"),
    # Config files and their versions
    *(
        "asks for it",
        "content of its own",
        "type’s default",
        "as the phone gets it",
        "check the upload",
        "check the text",
    ),
    *(
        "put in something else",
        "one column",
        "is no text",
        "shown as text",
        "no page can",
        "lines change:",
        " out, {} in",
    ),
    *("byte for byte", "go back to this", "going back shows", "went back", "back to the text", "see the difference"),
    *("the other way round", "found by", "was there before", "as you left it", "nothing of it", "nothing of yours"),
    *("changed meanwhile", "check before sending", "former device", "this backend", "what is there now", "put there"),
    # Tags
    *(
        "effective value",
        "without value",
        "most particular",
        "nothing defines",
        "never resolves",
        "goes out as written",
    ),
    *("set to nothing", "never shown", "not filled in", "looked through", "to choose from"),
    # History
    *(
        "sent a config file",
        "not done",
        "named an account",
        "only ever added",
        "took support",
        "dropped old",
        "re-order",
    ),
    *("later reading", "no reading", "wrong tries", "the portal refused", "nothing has been done here"),
    # Errors and signing in
    *(
        "answer got lost",
        "may or may not",
        "nothing here under",
        "not yours to see",
        "code for support",
        "made a mistake",
    ),
    *(
        "not your doing",
        "sign-in is paused",
        "do not match, or",
        "not answering",
        "does not answer",
        "could not answer",
    ),
    *("the platform refused", "form is out of date", "cannot write just now", "anew", "as it was before"),
)
# Texts that are nothing but this.
LABELS = (
    "May",
    "May not",
    "Reaches",
    "Not rebooted",
    "Identifier",
    "Kind",
    "Go on",
    "As written",
    "Malformed",
    "Keys",
    "Said",
    "Under way",
)
# Of these, code uses some as values.
TEMPLATE_LABELS = (*LABELS, "Show", "Native", "Who", "What", "Since", "Until", "This one", "Comes from", "found by")

_ATTRIBUTES = frozenset({"title", "aria-label", "placeholder", "alt", "label", "data-says", "data-label"})
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'')
_JS_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')


class _TextReader(HTMLParser):
    """Collects the text nodes of a page, and the attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value or "" for name, value in attrs if name in _ATTRIBUTES]


def texts_of_template(source: str) -> Iterator[str]:
    source = _COMMENT.sub("", source)
    for code in _JINJA.findall(source):
        yield from (double or single for double, single in _QUOTED.findall(code))
    reader = _TextReader()
    reader.feed(_JINJA.sub(lambda code: "{}" if code[0].startswith("{{") else " ", source))
    yield from reader.texts


def texts_of_module(file: Path) -> Iterator[str]:
    """Yield the string constants of a module without its docstrings; "{}" stands for a value in an f-string."""
    module = tree(file)
    docstrings = {node.value for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def texts_of_script(source: str) -> Iterator[str]:
    code = re.sub(r"(^|\s)//.*", "", source)
    yield from (text[1:-1] for text in _JS_TEXT.findall(code))


def find_old_words(texts: Iterator[str], labels: tuple[str, ...]) -> list[str]:
    found = []
    for text in texts:
        words = " ".join(text.split())
        if words in labels or any(phrase in f"{words} ".casefold() for phrase in PHRASES):
            found.append(words)
    return found


def test_templates_use_plain_words() -> None:
    for file in sorted(TEMPLATES.rglob("*.html")):
        found = find_old_words(texts_of_template(file.read_text()), TEMPLATE_LABELS)
        assert found == [], file.relative_to(TEMPLATES)


def test_messages_use_plain_words() -> None:
    for file in modules("portal"):
        if "migrations" not in file.parts:  # they name the words of earlier states
            assert find_old_words(texts_of_module(file), LABELS) == [], file.relative_to(ROOT)


def test_scripts_use_plain_words() -> None:
    for file in sorted((ROOT / "static").glob("*.js")):
        assert find_old_words(texts_of_script(file.read_text()), LABELS) == [], file.name


def test_words_are_found_wherever_people_read_them() -> None:
    template = (
        """{# Net address #}<p title="Net address">{{ "Net address" if x }}</p><th>Kind</th><i class="kind"></i>"""
    )
    assert find_old_words(texts_of_template(template), TEMPLATE_LABELS) == ["Net address", "Net address", "Kind"]
    script = 'announce("Net address"); // "Net address"\nname = `Kind`;'
    assert find_old_words(texts_of_script(script), LABELS) == ["Net address", "Kind"]
