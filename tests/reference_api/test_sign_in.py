from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.database import reading
from app.reference_api.tables import AccountSession
from tests.support.api_world import PASSWORD, World, problems


def attempt(world: World, username: str, password: str) -> TestResponse:
    return world.anonymous().post("login", body={"username": username, "password": password})


def lock(world: World, username: str) -> None:
    for _ in range(5):
        assert attempt(world, username, "wrong").status_code == 401


@pytest.mark.parametrize(
    ("username", "answer"),
    [
        ("admin", {"ids": {}, "level": 16}),
        ("colleague", {"ids": {"tenant_id": "acme"}, "level": 12}),
        ("owner", {"ids": {"tenant_id": "acme", "group_id": "headquarters"}, "level": 8}),
        ("user", {"ids": {"tenant_id": "acme", "group_id": "headquarters"}, "level": 0}),
    ],
)
def test_sign_in_returns_level_and_scope(world: World, username: str, answer: dict[str, object]) -> None:
    body = attempt(world, username, PASSWORD).get_json()
    assert body == {"ids": answer["ids"], "profile": {"user_level": answer["level"], "is_first_login": False}}


def test_session_cookie_is_http_only(world: World) -> None:
    cookie = attempt(world, "owner", PASSWORD).headers["Set-Cookie"]
    assert cookie.startswith("sessionid=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_session_token_is_stored_hashed(world: World) -> None:
    token = attempt(world, "owner", PASSWORD).headers["Set-Cookie"].split("=")[1].split(";")[0]
    with reading(world.engine) as session:
        token_hash = session.scalars(select(AccountSession.token_hash)).one()
    assert token not in token_hash


def test_refused_sign_ins_are_alike(world: World) -> None:
    lock(world, "colleague")
    answers = []
    for username, password in (
        ("nobody", PASSWORD),
        ("owner", "wrong"),
        ("colleague", PASSWORD),
        ("colleague", "wrong"),
    ):
        before = world.hasher.verified
        answer = attempt(world, username, password)
        assert world.hasher.verified == before + 1
        answers.append((answer.status_code, answer.data, sorted(answer.headers)))
    assert answers.count(answers[0]) == 4
    assert answers[0][0] == 401


def test_right_password_is_verified_once(world: World) -> None:
    attempt(world, "owner", PASSWORD)
    assert world.hasher.verified == 1


def test_fifth_wrong_password_locks_account(world: World) -> None:
    lock(world, "owner")
    world.clock.advance(299)
    assert attempt(world, "owner", PASSWORD).status_code == 401
    world.clock.advance(1)
    assert attempt(world, "owner", PASSWORD).status_code == 200


def test_four_wrong_passwords_do_not_lock(world: World) -> None:
    for _ in range(4):
        attempt(world, "owner", "wrong")
    assert attempt(world, "owner", PASSWORD).status_code == 200


def test_old_wrong_passwords_do_not_count(world: World) -> None:
    for _ in range(4):
        attempt(world, "owner", "wrong")
    world.clock.advance(300)
    for _ in range(4):
        attempt(world, "owner", "wrong")
    assert attempt(world, "owner", PASSWORD).status_code == 200


def test_lock_starts_at_last_wrong_password(world: World) -> None:
    for _ in range(5):
        attempt(world, "owner", "wrong")
        world.clock.advance(60)
    world.clock.advance(230)  # 290 s after the fifth
    assert attempt(world, "owner", PASSWORD).status_code == 401
    world.clock.advance(10)
    assert attempt(world, "owner", PASSWORD).status_code == 200


def test_lock_is_per_account(world: World) -> None:
    lock(world, "owner")
    assert attempt(world, "colleague", PASSWORD).status_code == 200


def test_lock_keeps_open_sessions(world: World) -> None:
    owner = world.signed_in("owner")
    lock(world, "owner")
    assert owner.get("tenants").status_code == 200


def test_parallel_guesses_lock_account(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: attempt(world, "owner", "wrong"), range(16)))
    assert attempt(world, "owner", PASSWORD).status_code == 401


def test_parallel_sign_ins_succeed(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: attempt(world, "owner", PASSWORD), range(16)))
    assert {answer.status_code for answer in answers} == {200}


def test_sessions_are_independent(world: World) -> None:
    first, second = world.signed_in("owner"), world.signed_in("owner")
    assert first.post("logout").get_json() == {}
    assert first.get("tenants").status_code == 401
    assert second.get("tenants").status_code == 200


def test_session_ends_after_a_day(world: World) -> None:
    owner = world.signed_in("owner")
    world.clock.advance(24 * 3600 - 1)
    assert owner.get("tenants").status_code == 200
    world.clock.advance(1)
    assert owner.get("tenants").status_code == 401


def test_sign_in_deletes_ended_sessions(world: World) -> None:
    world.signed_in("owner")
    world.clock.advance(24 * 3600)
    world.signed_in("colleague")
    with reading(world.engine) as session:
        assert session.scalars(select(AccountSession.username)).all() == ["colleague"]


@pytest.mark.parametrize("value", [True, False, "yes"])
def test_sign_in_ignores_basic_profile(world: World, value: object) -> None:
    body = {"username": "owner", "password": PASSWORD, "provide_basic_profile": value}
    assert world.anonymous().post("login", body=body).status_code == 200


@pytest.mark.parametrize("body", [{}, {"username": "owner"}, {"username": "owner", "password": 5}])
def test_sign_in_needs_both_texts(world: World, body: dict[str, object]) -> None:
    answer = world.anonymous().post("login", body=body)
    assert answer.status_code == 400
    assert {code for code, _ in problems(answer)} == {2}
