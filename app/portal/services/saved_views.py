"""Queries of device lists that a person saved under a name. Nobody else sees them; their links are plain queries."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from app.portal.domain.refs import GroupRef
from app.portal.domain.users import User
from app.portal.services.devices.list_columns import COLUMNS_ARG, NO_COLUMNS
from app.portal.services.devices.table import QUERY_NAMES
from app.portal.store.list_settings import (
    MOST_OF_NAME,
    MOST_OF_QUERY,
    MOST_VIEWS,
    ListSettings,
    NameTaken,
    SavedView,
    TooManyViews,
)

_MAX_FIELDS = 50


class ViewRefused(Exception):
    """The message says why, and what to do."""


class SavedViews:
    def __init__(self, settings: ListSettings, user: User) -> None:
        self._settings = settings
        self._user = user

    def list(self, group: GroupRef) -> Sequence[SavedView]:
        """Return the views that can be used in this group."""
        return self._settings.list_views(self._user.username, group) if self._user.has_saved_views else ()

    def find(self, group: GroupRef, view_id: int) -> SavedView | None:
        """Return None where this person has no such view for the group."""
        return self._settings.find_view(self._user.username, group, view_id)

    def save(self, group: GroupRef, name: str, query: str, *, is_of_all_groups: bool) -> str:
        """Save a list's query, and return it as it was saved. Raise ViewRefused."""
        name, query = _check_name(name), normalize_query(query)
        if len(query) > MOST_OF_QUERY:
            raise ViewRefused("The search and filters of this list are too long to be saved. Shorten the search.")
        try:
            self._settings.save_view(self._user.username, None if is_of_all_groups else group, name, query)
        except NameTaken:
            raise _is_taken(name) from None
        except TooManyViews:
            raise ViewRefused(f"You have {MOST_VIEWS} saved views, the most there can be. Delete one first.") from None
        return query

    def rename(self, view: SavedView, name: str) -> None:
        """Raise ViewRefused."""
        name = _check_name(name)
        try:
            self._settings.rename_view(view, name)
        except NameTaken:
            raise _is_taken(name) from None

    def delete(self, view: SavedView) -> None:
        self._settings.delete_view(view)


def normalize_query(query: str) -> str:
    """Return the parameters of a list alone, without its page; its columns are always among them.

    So a view has the columns that it was saved with, whatever those of its reader are.
    """
    try:
        asked = dict(parse_qsl(query, max_num_fields=_MAX_FIELDS))
    except ValueError:
        asked = {}
    fields: Mapping[str, str] = {COLUMNS_ARG: NO_COLUMNS, **asked}
    return urlencode([(name, fields[name]) for name in QUERY_NAMES if fields.get(name) and name != "page"])


def _check_name(name: str) -> str:
    name = " ".join(name.replace("\0", " ").split())  # which PostgreSQL has in no text
    if not name:
        raise ViewRefused("Enter a name.")
    if len(name) > MOST_OF_NAME:
        raise ViewRefused(f"The name has {len(name)} characters. At most {MOST_OF_NAME} are possible.")
    return name


def _is_taken(name: str) -> ViewRefused:
    return ViewRefused(f"You have a view named “{name}”. Enter another name.")
