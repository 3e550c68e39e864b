"""Texts that would do harm where a page, a script or a header took them for more than text, and what finds the harm.

Each of them leaves the word "leak" where only code can stand: in the name of an element, in the address that one leads
to, in what it does.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jinja2 import Template
from markupsafe import escape

# By what is around the text in the source of a page, where it stands for %.
_AROUND: Mapping[str, str] = {
    "text": "<main><p>%</p></main>",
    "title": "<title>%</title>",
    "box": "<textarea>%</textarea>",
    "choice": "<select><option>%</option></select>",
    "cell": "<table><tr><td><a>%</a></td></tr></table>",
    "comment": "<!-- % -->",
    "style": "<style>%</style>",
    "double quotes": '<p title="%">',
    "single quotes": "<p title='%'>",
    "no quotes": "<p title=%>",
    "address": '<a href="%">',
    "script": '<script>"%"</script>',
}


class Hostile(NamedTuple):
    """A text, and what it must stand in to do harm."""

    around: str
    text: str


TEXTS = (
    *(
        Hostile("text", text)
        for text in (
            "<img src=/leak>",
            "<svg onload=leak()>",
            "<script>leak()</script>",
            "<iframe src=/leak>",
            "<iframe srcdoc=leak>",
            "<hx-partial>leak",
            "<style>*{background:url(/leak)}</style>",
            "<link rel=stylesheet href=/leak>",
            "<base href=/leak/>",
            "<meta http-equiv=refresh content=0;/leak>",
            "<form action=/leak>",
            "<a href=javascript:leak()>",
            "<object data=/leak>",
            "<embed src=/leak>",
            "<math><leak-node>",
            "<input autofocus onfocus=leak()>",
            "<details open ontoggle=leak()>",
            "<video poster=/leak>",
            "<button formaction=/leak>",
            "<p data-hx-get=/leak data-hx-trigger=load>",
            "<p hx-on:load=leak()>",
        )
    ),
    Hostile("title", "</title><leak-node>"),
    Hostile("box", "</textarea><leak-node>"),
    Hostile("choice", "</select><leak-node>"),
    Hostile("cell", "</a></td></table><leak-node>"),
    Hostile("comment", "--><leak-node>"),
    Hostile("style", "</style><leak-node>"),
    Hostile("script", "</script><leak-node>"),
    Hostile("double quotes", '" onclick=leak() x="'),
    Hostile("double quotes", '" hx-get=/leak hx-trigger=load x="'),
    Hostile("double quotes", '" style=background:url(/leak) x="'),
    Hostile("double quotes", '"><leak-node>'),
    Hostile("single quotes", "' onclick=leak() x='"),
    Hostile("single quotes", "' hx-get=/leak x='"),
    Hostile("single quotes", "'><leak-node>"),
    Hostile("no quotes", "x onclick=leak() x"),
    Hostile("no quotes", "` onclick=leak()"),
    Hostile("no quotes", "><leak-node>"),
    Hostile("address", "javascript:leak()//"),
    Hostile("address", "data:text/html,leak"),
    Hostile("address", "//leak.example/"),
    Hostile("address", "\\\\leak.example/"),
    Hostile("script", '";leak();"'),
    Hostile("template", "leak{{7*7}}"),
    Hostile("template", "leak{%print(7*7)%}"),
)

# One text with what most of the others try, within the length of a user name, as a walk takes half a minute. An
# address begins with its scheme; whatever follows is a part of it. Of one with a brace the page of files says more.
HOSTILE = (
    "javascript:leak\u202e\r\nSet-Cookie:leak\r\n\r\n\u0000\"' ` hx-get=/leak hx-trigger=load onfocus=leak>"
    "</a></title></textarea></select><img src=/leak><hx-partial>leak{{7*7}}\u2028\u2029\ufeff {"
)
_AROUND_HOSTILE = ("text", "title", "box", "choice", "double quotes", "single quotes", "no quotes", "address")
ALL_AT_ONCE = tuple(Hostile(around, HOSTILE) for around in _AROUND_HOSTILE)

_MOST = 140  # characters of several texts in one


def pack(texts: tuple[Hostile, ...] = TEXTS) -> tuple[tuple[Hostile, ...], ...]:
    """Share the texts out among packs of which each fits into a field.

    An address must be the first of its pack, and no quotes may stand before what needs to be without.
    """
    packs = [[text] for text in texts if text.around == "address"]
    others = [text for text in texts if text.around != "address"]
    for text in sorted(others, key=lambda hostile: hostile.around != "no quotes"):
        fitting = (some for some in packs if len(join(some)) + len(text.text) < _MOST)
        chosen = next(fitting, None)
        if chosen is None:
            packs.append(chosen := [])
        chosen.append(text)
    return tuple(tuple(some) for some in packs)


def join(texts: Sequence[Hostile]) -> str:
    return " ".join(hostile.text for hostile in texts)


def make_harmless(text: str) -> str:
    """Return a text of the same length, with the same line breaks, control characters and brace, that is no code.

    What is too long, has several lines or cannot be typed has other elements on a page than what is fine.
    """
    attack = text.removesuffix(" {")
    return "".join("x" if character.isprintable() else character for character in attack) + " {"


def put_raw(around: str, text: str) -> str:
    """Return the source of a page that takes a text as it is, a template even as a part of itself."""
    if around == "template":
        return put_raw("text", Template(text).render())
    return _AROUND[around].replace("%", text)


def put_escaped(around: str, text: str) -> str:
    return put_raw(around, str(escape(text)))


# Elements that only code can have made, and texts that a template has carried out. Addresses that a page makes of a
# text hold it too, encoded, and lead to a page of the portal.
INJECTED = """(root) => {
  const leads = /^(?:data-)?(?:hx-(?:get|post|put|patch|delete)|href|src|action|formaction|data|ping|poster)$/;
  const acts = /^(?:on|(?:data-)?hx-(?:on|trigger)|style$|srcdoc$)/;
  const isAway = (value) => {
    const { protocol, host, pathname } = new URL(value, "http://portal.example/");
    return ["javascript:", "data:"].includes(protocol) || host.includes("leak") || pathname.startsWith("/leak");
  };
  const isInjected = (element) => ["leak-node", "hx-partial"].includes(element.localName) ||
    ["script", "style"].includes(element.localName) && element.textContent.includes("leak") ||
    element.localName === "meta" && element.httpEquiv !== "" && element.content.includes("leak") ||
    [...element.attributes].some(({ name, value }) => value.includes("leak") &&
      (acts.test(name) || leads.test(name) && URL.canParse(value, "http://portal.example/") && isAway(value)));
  return [
    ...[...root.querySelectorAll("*")].filter(isInjected).map((element) => element.outerHTML.slice(0, 200)),
    ...root.documentElement.outerHTML.includes("leak49") ? ["leak49"] : [],
  ];
}"""
