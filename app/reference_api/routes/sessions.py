"""/login/ and /logout/"""

from flask import Blueprint, Response, request
from msgspec import UNSET

from app.reference_api.access_check import COOKIE, requires
from app.reference_api.answers import Account, Ids, Nothing, Profile
from app.reference_api.auth import UserLevel
from app.reference_api.context import api
from app.reference_api.json_http import read_object, reply
from app.reference_api.schemas import LOGIN

blueprint = Blueprint("sessions", __name__)

MAX_BODY = 16 << 10


@blueprint.post("/login/")
@requires(None)
def login() -> Response:
    request.max_content_length = MAX_BODY
    values = LOGIN.read(read_object(request))
    token, account = api().authenticator.sign_in(str(values["username"]), str(values["password"]))
    ids = Ids(account.tenant_id or UNSET, account.group_id or UNSET, account.user_id or UNSET)
    answer = reply(Account(ids, Profile(account.level, account.is_first_login)))
    answer.set_cookie(COOKIE, token, httponly=True, secure=request.is_secure, samesite="Lax")
    return answer


@blueprint.post("/logout/")
@requires(UserLevel.END_USER)
def logout() -> Response:
    api().authenticator.sign_out(request.cookies[COOKIE])
    answer = reply(Nothing())
    answer.delete_cookie(COOKIE, httponly=True, secure=request.is_secure, samesite="Lax")
    return answer
