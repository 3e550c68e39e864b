"""Invented people with European names."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from random import Random

_HERE = Path(__file__).parent
_FIRST = (_HERE / "first_names.txt").read_text("utf-8").splitlines()
_LAST = (_HERE / "last_names.txt").read_text("utf-8").splitlines()

_PLAIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "Ae", "ı": "i", "’": "", " ": ""}
)


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    login: str  # unique within the domain, plain ASCII

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class PersonFactory:
    """The second person of a name gets a number in the login."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._counts: dict[str, int] = {}

    def next(self) -> Person:
        first, last = self._random.choice(_FIRST), self._random.choice(_LAST)
        login = _plain(f"{first}.{last}")
        count = self._counts[login] = self._counts.get(login, 0) + 1
        return Person(first, last, login if count == 1 else f"{login}{count}")


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return decomposed.encode("ascii", "ignore").decode().lower()
