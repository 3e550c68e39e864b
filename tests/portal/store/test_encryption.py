"""What is stored encrypted: it stays readable from version to version, and never goes in without a key."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, LargeBinary, insert, literal, select, type_coerce, update
from sqlalchemy.exc import StatementError

from app.database import connect, reading, snapshot, writing
from app.portal.store.encryption import Cipher, EncryptedBytes, use_cipher
from app.portal.store.file_tables import PendingUploadRow, StoredContent
from app.portal.store.jobs.tables import Job, JobFile, JobItem
from app.portal.store.second_factors import FactorStore
from app.portal.store.sessions import SignIn
from app.portal.store.tables import Base
from app.portal.web.context import Portal
from tests.support.config_files import TEXT, VERSIONS, apply, upload
from tests.support.jobs import add_job
from tests.support.population import HQ
from tests.support.world import OWNER, World

# Encrypted once by an early version of the product. They must open for ever, or what people stored is lost.
GOLDEN_KEY = "a key from before that nobody guesses"
GOLDEN = {
    "portal_sessions.backend_cookies": (
        b"gAAAAABrDFC2X7nQZMN724Jf9ssg5mYOxRyFEXvlwGPo8JwlMxfPfP4Dlh7qbhNyrkGveJzXpuqfYkl2fIROkVsl0bd2gbH6kw3KGbaQCjz"
        b"wKb7x7_AoWvGTFwxkmLG_vG9U3H3_eFMQlWfEr-MELv0o0KonFWD-lg=="
    ),
    "portal_kept_forms.fields": (
        b"gAAAAABrDFC2KYfEsYtg1_oEPzBOOLW5eqko9hGF4d_He4zCHFetOZsqYCJqLorC8nScmmS4XT9b-g_U5DCsKgx4sax8cEfkG8B_y84PFcR"
        b"De5FQc6lu3q-UFZyqnBQtDOsfMe9K6g9gmFI1wY2JfHJL8bIROXpJw4d1F5yYyHxZPux9fAz1JaA="
    ),
    "portal_file_contents.sealed": (
        b"gAAAAABrDFC2RcgHPiUT7SEKyqz01MhTi3ecJCbjjPBwu7dZgVwe1bXaO4zYO3puNus_oJAtWhhKtsUD7A9tN6XCmmMA-alj96Q3dBnV8Iv"
        b"eC35Fh-CyBW0="
    ),
    "portal_uploads.content": (
        b"gAAAAABrDFC2SrYoG40h4LeJjn4jAozK9_djfQ2Xb5XcvbnGSZKWDAUoOE8dl-JhGL1T8E7H1rTGoB24SHOgu3SqPUbMSxhQR1ddimJvSbU"
        b"4Bx9PEfuLogY="
    ),
    "portal_uploads.opened": (
        b"gAAAAABrDFC2bL2A2sDXd_v0xd7jVKJuRydX_hLq6WaTXqYWpgZNJ75Dn7iE9DiyiReptWCZoYmgt6oDCDjd8csNnKuEy5nXLQ=="
    ),
    "portal_jobs.backend_cookies": (
        b"gAAAAABrDSgmI4NRDWa8GBMSx4vGLjChYdClJcljik_d9MR3DG15U3ZN9bFUX6Y3w1wWbNrYJLrGAhqjoMxfRs22V2qIn7uXW_BHbas1Yfwx"
        b"GLKLPS129hM_IAgKK8SrAdl5IiTDfwd1"
    ),
    "portal_jobs.plan": (
        b"gAAAAABrDSgmJGeyU5D87qqVEu_Zj7-hk-VG_5mIzRnNunn1xNtXTP7Bx1DZWR_FdfzlAgGZ0zZSoIB0BejVs7r3rdU7BBccdtCm7mNtnkSk"
        b"RQCSMSr7OAW6k3rO-YgbS0N_vrcu0HlY"
    ),
    "portal_job_items.plan": (
        b"gAAAAABrDSgmUWDSxgWCoKH8lx2s_ZVuOAfersYdmyr9XDIVik2wSO2Xq6M1LCS5lQD5yBnshurZEJqST5c2a6uQVtRY1OR1XegtswSz_luB"
        b"iACVJIx9hak="
    ),
    "portal_job_files.content": (
        b"gAAAAABrDSgmmtqfjenIufcfS75IGPq2geysZEJqgJFbTgWZG2_H4ALHqGkXbxQL4tIRSp0n_nywyQy-miMZKQ25E2LBK3C41vRLzzE9bra1"
        b"5Wi4BpdFK6A="
    ),
    "portal_second_factors.secret": (
        b"gAAAAABrDUWFClWxrnSBLtO-d2nCTnjCz3CTjyKMjc-"
        b"6N3GWgFUzgiNLfiiJa4OEnW8K6N64P3gLYG4vKh4cBtzy96mAy1MOoRMCv5NTD9sokAk2wpOPW3ymKvegXGGB9YcCFGcGjeQL"
    ),
    "portal_sign_in_steps.sign_in": (
        b"gAAAAABrDUWFPgMCBtFx9wRIADiQ1JnHdlmtnGAUBMu8lKNHxwsDKSeT8YD2Zn2yG05bOp6NnhOnKmQ9He2n3XtHasoG-"
        b"kQLygYvlr6Tbw5zKiv90bsLJ57kxOhJMLh1_xSaURj6DE9GIVJa37mArE72GUnHKxfo9JGL3FyIpLA4V-q2gk8goayN-"
        b"Nmr8a8BkfaZ57BTH6NtuvNkw2MUP6ekiMGi-bLlDJPEAAXNG14XCT_cKySMSIhEPWj3EiKTGnM3hGdvApKGrySR14TliXp1arrksjkOO5oZ"
        b"AEYN35bGthP7r7slJKc2KJByJis7SASdtshlS-md3fDNaRlMCBKrMCNCrHEjrDoWAgv4JfUxBzDvyjCO1jpEjnIms6qQlu2KvPakcqLYsz7"
        b"9fep2-hcZ3JuswpRyzF08lz7iTm5oIavvtoN6DdvO9mq2gnKty0lrRgFUeVSk3Dt0ZzOeJNgaY7oYePkgmg=="
    ),
}
ENCRYPTED = {
    str(column): column
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, EncryptedBytes)
}


SIGN_IN = SignIn(
    username=OWNER.username,
    level=8,
    tenant_id="acme",
    group_id="headquarters",
    must_change_password=False,
    backend_cookies={"a": "b"},
    address="",
    browser="",
    account="platform.example owner@acme.example",
)


@pytest.fixture
def held(world: World) -> Portal:
    """A portal with the key of the golden values."""
    return world.held_by(world.another_portal(encryption_keys=(GOLDEN_KEY,)))


def put_golden(engine: Engine, name: str) -> None:
    column = ENCRYPTED[name]
    with writing(engine) as db:
        db.execute(update(column.table).values({column: literal(GOLDEN[name], LargeBinary)}))


def raw_values(engine: Engine) -> list[tuple[str, bytes]]:
    with snapshot(engine) as db:
        return [
            (name, value)
            for name, column in ENCRYPTED.items()
            for value in db.scalars(select(type_coerce(column, LargeBinary)).where(column.is_not(None)))
        ]


def test_every_encrypted_column_has_a_golden_value() -> None:
    assert ENCRYPTED.keys() == GOLDEN.keys()


def test_golden_cookies_open(world: World, held: Portal) -> None:
    world.browser(OWNER)
    put_golden(held.engine, "portal_sessions.backend_cookies")
    [session] = held.sessions.list_alive(OWNER.username, world.clock())
    with snapshot(held.engine) as db:
        db.add(session)
        assert session.backend_cookies == {"sessionid": "9f2c1e", "csrftoken": "Zoë"}


def test_golden_draft_opens(world: World, held: Portal) -> None:
    draft_id = held.saved_drafts.keep(OWNER.username, HQ, [("a", "b")], world.clock())
    put_golden(held.engine, "portal_kept_forms.fields")
    fields = held.saved_drafts.find(draft_id, OWNER.username, HQ, world.clock())
    assert fields == [("device_name", "Réception"), ("mac_address", "00:15:65:a1:2b:3c")]


def test_golden_version_opens(world: World, held: Portal) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    put_golden(held.engine, "portal_file_contents.sealed")
    owner = world.browser(OWNER, world.portals[-1])
    assert owner.get(f"{VERSIONS}2/download").body == b"account.1.label = R\xe9ception\r\n\x00"


def test_golden_upload_opens(world: World, held: Portal) -> None:
    upload(world.browser(OWNER), TEXT)
    put_golden(held.engine, "portal_uploads.content")
    put_golden(held.engine, "portal_uploads.opened")
    with reading(held.engine) as db:
        row = db.scalars(select(PendingUploadRow)).one()
    assert (row.content, row.opened) == (b"linekey.1.line = 1\n", b"")


def test_golden_jobs_open(world: World, held: Portal) -> None:
    add_encrypted_job(world)
    for name in GOLDEN:
        if name.startswith("portal_job"):
            put_golden(held.engine, name)
    with snapshot(held.engine) as db:
        job, item, file = (
            db.scalars(select(Job)).one(),
            db.scalars(select(JobItem)).one(),
            db.scalars(select(JobFile)).one(),
        )
    assert job.backend_cookies == {"sessionid": "4d1f", "csrftoken": "Zoë"}
    assert (job.plan, item.plan) == ({"values": {"description": "Réception"}}, {"change_id": 7})
    assert file.content == b"lines = R\xe9ception\r\n\x00"


def test_golden_second_factor_opens(world: World, held: Portal) -> None:
    add_second_factor(world)
    token = held.sign_in_steps.keep(SIGN_IN, world.clock())
    put_golden(held.engine, "portal_second_factors.secret")
    put_golden(held.engine, "portal_sign_in_steps.sign_in")
    factor, sign_in = held.second_factors.find(SIGN_IN.account), held.sign_in_steps.find(token, world.clock())
    assert factor
    assert factor.secret == "JBSWY3DPEHPK3PXP" * 2
    assert sign_in
    assert (sign_in.backend_cookies, sign_in.browser) == ({"sessionid": "9f2c1e"}, "Lÿnx")


def add_second_factor(world: World) -> None:
    FactorStore(world.held_by().engine).add(SIGN_IN.account, SIGN_IN.username, "a secret", 0, ["a hash"], world.clock())


def add_encrypted_job(world: World) -> None:
    """A job with something in each column that is stored encrypted."""
    job_id = add_job(world, "Reception", backend_cookies={"a": "b"}, plan={"a": "b"})
    with writing(world.held_by().engine) as db:
        db.add(JobFile(job_id=job_id, filename="a", content=b"b"))
        db.scalars(select(JobItem)).one().plan = {"a": "b"}


def test_stored_values_open_only_with_their_key(world: World, held: Portal) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    upload(owner, TEXT)
    own = world.held_by()
    own.saved_drafts.keep(OWNER.username, HQ, [("device_name", "Reception")], world.clock())
    add_encrypted_job(world)
    add_second_factor(world)
    own.sign_in_steps.keep(SIGN_IN, world.clock())
    stored = raw_values(own.engine)
    assert {name for name, _ in stored} == ENCRYPTED.keys()
    own_cipher, other_cipher = Cipher(world.settings.encryption_keys), Cipher([GOLDEN_KEY])
    assert all(own_cipher.decrypt_bytes(value) is not None for _, value in stored)
    assert not any(other_cipher.decrypt_bytes(value) is not None for _, value in stored)
    with snapshot(held.engine) as db:
        for column in ENCRYPTED.values():
            assert set(db.scalars(select(column))) == {None}


def test_without_keys_nothing_is_written_or_read(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/portal.db")
    Base.metadata.create_all(engine.execution_options(writes=True))
    content = {"sha256": "0" * 64, "size": 5, "content": b"clear"}
    with pytest.raises(StatementError, match="without keys") as caught, writing(engine) as db:
        db.execute(insert(StoredContent), [content])
    assert "clear" not in str(caught.value)
    assert raw_values(engine) == []
    use_cipher(engine, Cipher(["a key"]))
    with writing(engine) as db:
        db.execute(insert(StoredContent), [content])
    engine.dispose()
    engine = connect(f"sqlite:///{tmp_path}/portal.db")
    with pytest.raises(RuntimeError, match="without keys"), reading(engine) as db:
        db.scalar(select(StoredContent.content))
    engine.dispose()


def test_each_engine_keeps_its_own_keys(tmp_path: Path) -> None:
    content = StoredContent.__table__.c.sealed
    engines = [connect(f"sqlite:///{tmp_path}/{name}.db") for name in ("first", "second")]
    ciphers = [Cipher(["first key"]), Cipher(["second key"])]
    for engine, cipher in zip(engines, ciphers, strict=True):
        use_cipher(engine, cipher)
        Base.metadata.create_all(engine.execution_options(writes=True))
    for engine, cipher in zip(engines, ciphers, strict=True):
        with writing(engine) as db:
            db.add(StoredContent(sha256="0" * 64, size=5, content=b"clear"))
        [(_, stored)] = raw_values(engine)
        assert cipher.decrypt_bytes(stored) == b"clear"
        with reading(engine) as db:
            assert db.scalar(select(content)) == b"clear"
        engine.dispose()
