"""Hints on a text that the phone may not understand."""

from collections.abc import Iterator, Sequence
from xml.parsers import expat

from app.portal.domain.config_dialects import YEALINK, dialect_of_text, dialect_of_type
from app.portal.services.files.highlighting import Language, detect_language
from app.portal.services.files.text import ConfigText


def find_hints(file_format: str, device_type: str, content: bytes, text: ConfigText | None) -> Sequence[str]:
    """Return sentences, the most serious first; none for what is no text, or is empty."""
    if text is None or not content.strip():
        return []
    return list(_find_hints(file_format.casefold(), device_type, content, text))


def _find_hints(file_format: str, device_type: str, content: bytes, text: ConfigText) -> Iterator[str]:
    beginning = "\n".join(text.lines[:200])
    wanted, actual = dialect_of_type(device_type), dialect_of_text(beginning)
    if wanted and actual and wanted is not actual:
        yield f"This looks like a config file for {actual.vendor}. The device is a {device_type}."
        return
    is_xml = detect_language(beginning) is Language.XML and not beginning.lstrip().startswith("<<")
    if is_xml and (problem := _xml_problem(content)):
        yield problem
    if file_format.endswith(".xml") and not is_xml:
        yield "The file name ends in .xml, but the content is not XML."
    if wanted is YEALINK and not is_xml and file_format.endswith(".cfg"):
        if not YEALINK.sign.match(beginning):
            yield "The first line is not “#!version:1.0.0.1”. Yealink phones ignore a file without it."
        elif text.bom:
            yield "The file begins with a byte order mark. Yealink phones may not recognize its first line."


def _xml_problem(content: bytes) -> str | None:
    """Return why the text is no well-formed XML; None if it is. Entities are not expanded."""
    parser = expat.ParserCreate()
    parser.DefaultHandler = lambda _data: None  # with it, expat hands entities over as they are written
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        line, reason = parser.ErrorLineNumber, expat.ErrorString(parser.ErrorCode) or str(error)
        return f"The XML cannot be read: {reason}, line {line:,}. The phone may ignore the file."
    return None
