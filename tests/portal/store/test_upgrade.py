"""A database that an earlier state filled shows the same history, versions, uploads and drafts once it is upgraded."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, select, text

from app.database import connect, reading, upgrade
from app.portal.domain.audit import Reason, Result
from app.portal.domain.refs import FileRef, GroupRef, Scope
from app.portal.domain.search_words import fold
from app.portal.services.history.entries import Entry, describe_entry
from app.portal.store.audit import AuditLog
from app.portal.store.audit_queries import AuditQueries, AuditQuery
from app.portal.store.encryption import Cipher, use_cipher
from app.portal.store.file_versions import FileVersions
from app.portal.store.pending_uploads import PendingUploads
from app.portal.store.saved_drafts import SavedDrafts
from app.portal.store.schema import MIGRATIONS
from app.portal.store.tables import Outcome
from tests.support import postgres
from tests.support.migrations import migrate

DATA = Path(__file__).parents[2] / "data"
BEFORE: dict[str, Any] = json.loads((DATA / "portal_before_reasons.json").read_text())
NOW = datetime.fromisoformat(BEFORE["at"])
PLACE = GroupRef("acme", "headquarters")
FILE_FORMAT = "%BWMACADDRESS%.cfg"


def fill(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript((DATA / "portal_before_reasons.sql").read_text())
    connection.close()


def copy(source: Engine, target: Engine) -> None:
    """Copy every row into tables of the same schema."""
    old, new = MetaData(), MetaData()
    old.reflect(source)
    new.reflect(target)
    with source.connect() as reader, target.begin() as writer:
        for table in new.sorted_tables:
            rows = [dict(row._mapping) for row in reader.execute(select(old.tables[table.name]))]
            if rows and table.name != "portal_alembic":
                writer.execute(table.insert(), rows)


NEEDS_SERVER = pytest.mark.skipif(postgres.binaries() is None, reason="PostgreSQL is not here")
POSTGRESQL = pytest.param("postgresql", marks=[pytest.mark.xdist_group("postgresql"), NEEDS_SERVER])


@contextmanager
def upgrade_in(folder: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Yield the database of the earlier release after its upgrade, over the database that `request` names."""
    fill(folder / "portal.db")
    engine = connect(f"sqlite:///{folder}/portal.db")
    if request.param == "sqlite":
        assert not upgrade(engine, MIGRATIONS, "portal_alembic")
        use_cipher(engine, Cipher([BEFORE["key"]]))
        yield engine
    else:
        with postgres.database(request.getfixturevalue("postgresql"), folder.name) as url:
            target = connect(url)
            migrate(target, command.upgrade, "0004")
            copy(engine, target)
            assert not upgrade(target, MIGRATIONS, "portal_alembic")
            use_cipher(target, Cipher([BEFORE["key"]]))
            yield target
            target.dispose()
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", POSTGRESQL])
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One for all tests that only read."""
    with upgrade_in(tmp_path_factory.mktemp("upgraded"), request) as engine:
        yield engine


@pytest.fixture(params=["sqlite", POSTGRESQL])
def upgraded_to_write(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with upgrade_in(tmp_path, request) as engine:
        yield engine


def entries(engine: Engine, **asked: Any) -> list[Entry]:
    rows = AuditQueries(engine).list_page(AuditQuery(scope=Scope(), sort="when", **asked), 0, 10_000)
    return [describe_entry(row, NOW, timedelta(seconds=BEFORE["longest_write_seconds"])) for row in rows]


WORDED = ("words", "differences", "said", "outcome_words")


def plain(entry: Entry) -> Mapping[str, Any]:
    return {
        **asdict(entry),
        "at": entry.at.isoformat(),
        "said": list(entry.said),
        "outcome_words": entry.outcome_words,
    }


def test_every_entry_is_there_with_its_facts(upgraded: Engine) -> None:
    shown = [plain(entry) for entry in entries(upgraded)]
    assert len(shown) == len(BEFORE["entries"])
    for now, before in zip(shown, BEFORE["entries"], strict=True):
        facts = before.keys() - {*WORDED, "action", "detail"}
        assert {name: now[name] for name in facts} == {name: before[name] for name in facts}
        assert len(now["differences"]) == len(before["differences"])


def test_every_entry_is_found_by_its_names(upgraded: Engine) -> None:
    for entry in entries(upgraded)[-5:]:
        asked = {"who": [fold(entry.who)], "device": [fold(entry.device_name)]}
        assert entry.id in {row.id for row in entries(upgraded, **asked)}


@pytest.mark.parametrize("field", WORDED)
def test_words_differ_by_wording_only(upgraded: Engine, field: str) -> None:
    """Each old text has one new text, and no two of them became the same."""
    new_of, old_of = dict[str, str](), dict[str, str]()
    for now, before in zip(map(plain, entries(upgraded)), BEFORE["entries"], strict=True):
        # What came to nothing may be told by the outcome alone.
        old, new = (str((text[field], str(text["outcome"]))) for text in (before, now))
        assert new_of.setdefault(old, new) == new
        assert old_of.setdefault(new, old) == old


def test_words_of_the_platform_are_kept(upgraded: Engine) -> None:
    refused = [row for row in BEFORE["entries"] if "he platform refused" in "".join(row["said"])]
    assert len(refused) == 5
    said = {row.id: "".join(row.said) for row in entries(upgraded)}
    for row in refused:
        assert row["detail"].partition(": ")[2] in said[row["id"]]


def test_every_text_became_a_reason(upgraded: Engine) -> None:
    with reading(upgraded) as db:
        outcomes = list(db.scalars(select(Outcome)))
    reasons = {outcome.reason for outcome in outcomes}
    assert reasons == {None, *Reason} - {Reason.OTHER, Reason.ARRIVED_LATE, Reason.JOB_STOPPED, Reason.TOO_MANY}
    assert {outcome.outcome for outcome in outcomes if outcome.reason is None} == {Result.APPLIED}
    assert {outcome.params["by"] for outcome in outcomes if outcome.reason == Reason.CHANGE_IN_PROGRESS} == {
        "colleague@acme.example"
    }


def test_what_is_open_or_waits_is_the_same(upgraded: Engine) -> None:
    audit_log = AuditLog(upgraded)
    assert [row.id for row in entries(upgraded, outcome="unknown")] == BEFORE["unknown"]
    pending = audit_log.reboot_pending_since(PLACE)
    assert {name: at.isoformat() for name, at in pending.items()} == BEFORE["reboot_pending"]
    names = {row["device_name"] for row in BEFORE["entries"]}
    open_writes = {
        name: [change.id for change, _ in audit_log.list_unsettled_writes(PLACE, name, undone_since=NOW)]
        for name in names
    }
    assert {name: ids for name, ids in open_writes.items() if ids} == BEFORE["open_writes"]


def versions_of(engine: Engine) -> FileVersions:
    return FileVersions(engine, 100, timedelta(days=730))


def readable(content: bytes | None) -> str | None:
    if content is None:
        return None
    return content.decode("latin-1") if len(content) < 200 else sha256(content).hexdigest()


OLD_ORIGINS = {"pre_existing": "before", "rollback": "back"}
NEW_ORIGINS = {old: new for new, old in OLD_ORIGINS.items()}


def with_new_names(version: Mapping[str, Any]) -> Mapping[str, Any]:
    renamed = {
        "origin": NEW_ORIGINS.get(version["origin"], version["origin"]),
        "belongs_to_previous_device": version["is_former"],
    }
    return {name: value for name, value in version.items() if name != "is_former"} | renamed


@pytest.mark.parametrize("device", BEFORE["files"])
def test_every_version_of_a_file_is_there(upgraded: Engine, device: str) -> None:
    store, file, before = versions_of(upgraded), FileRef(PLACE, device, FILE_FORMAT), BEFORE["files"][device]
    shown = [
        {
            **{name: value for name, value in asdict(version).items() if name != "note"},
            "at": version.at.isoformat(),
            "lines": list(version.lines) if version.lines else None,
            "content": readable(store.content(file, version.id)),
        }
        for version in store.list_versions(file)
    ]
    assert shown == [with_new_names(version) for version in before["versions"]]
    assert [version.id for version in store.list_current_device_versions(file)] == before["of_this_device"]
    last_sent = {source: store.last_sent(file, source) for source in before["last_sent"]}
    assert {source: version and version.id for source, version in last_sent.items()} == before["last_sent"]
    for version_id in range(1, 40):
        record = store.describe(file, version_id)
        told = record and (record.username, record.at.isoformat(), record.is_pre_existing)
        expected = before["told"].get(str(version_id))
        assert told == (expected and tuple(expected[name] for name in ("username", "at", "was_found")))


def is_claimed(upload: Mapping[str, Any]) -> bool:
    """One whose change is known to have come to nothing can be sent again."""
    return bool(upload["is_taken"]) and upload["device_name"] != "Desk 08"


def test_uploads_and_drafts_are_kept(upgraded: Engine) -> None:
    uploads, drafts = PendingUploads(upgraded), SavedDrafts(upgraded)
    for before in BEFORE["uploads"]:
        file = FileRef(PLACE, before["device_name"], FILE_FORMAT)
        upload = uploads.find(before["id"], "owner@acme.example", file, NOW)
        assert upload
        assert (OLD_ORIGINS.get(upload.origin, upload.origin), upload.detail, readable(upload.content)) == (
            before["origin"],
            before["detail"],
            before["content"],
        )
        assert upload.opened_state == before["opened_state"]
        assert upload.is_claimed is is_claimed(before)
    [draft] = BEFORE["drafts"]
    fields = drafts.find(draft["id"], draft["username"], draft["path"], NOW)
    assert fields == [tuple(field) for field in draft["fields"]]


def test_downgrade_restores_every_text(upgraded_to_write: Engine) -> None:
    migrate(upgraded_to_write, command.downgrade, "0004")
    with upgraded_to_write.connect() as connection:
        rows = connection.execute(text("SELECT change_id, detail FROM portal_outcomes ORDER BY id"))
        details = {row.change_id: row.detail for row in rows}  # of the last outcome
        claimed = connection.scalars(text("SELECT id FROM portal_uploads WHERE taken_at IS NOT NULL")).all()
    assert details == {row["id"]: row["detail"] for row in BEFORE["entries"] if row["detail"] is not None}
    assert set(claimed) == {upload["id"] for upload in BEFORE["uploads"] if is_claimed(upload)}


def test_downgrade_and_upgrade_keep_every_version(upgraded_to_write: Engine) -> None:
    files = [FileRef(PLACE, device, FILE_FORMAT) for device in BEFORE["files"]]
    before = [versions_of(upgraded_to_write).list_versions(file) for file in files]
    migrate(upgraded_to_write, command.downgrade, "0004")
    migrate(upgraded_to_write, command.upgrade, "head")
    assert [versions_of(upgraded_to_write).list_versions(file) for file in files] == before


def test_upgrade_gives_no_version_an_id_anew(tmp_path: Path) -> None:
    fill(tmp_path / "portal.db")
    engine = connect(f"sqlite:///{tmp_path}/portal.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE sqlite_sequence SET seq = 99 WHERE name = 'portal_file_versions'"))
    for step, revision in ((command.upgrade, "head"), (command.downgrade, "0004")):
        migrate(engine, step, revision)
        with engine.connect() as connection:
            last = connection.scalars(text("SELECT seq FROM sqlite_sequence WHERE name = 'portal_file_versions'")).all()
        assert last == [99]
    engine.dispose()
