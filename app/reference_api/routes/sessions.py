"""/login/ and /logout/"""

from flask import Blueprint, Response, request

from app.reference_api.auth import Level
from app.reference_api.context import api
from app.reference_api.gate import COOKIE, requires
from app.reference_api.schemas import LOGIN
from app.reference_api.wire import read_object, reply

blueprint = Blueprint("sessions", __name__)

MAX_BODY = 16 << 10


@blueprint.post("/login/")
@requires(None)
def login() -> Response:
    request.max_content_length = MAX_BODY
    values = LOGIN.read(read_object(request))
    token, account = api().door.sign_in(str(values["username"]), str(values["password"]))
    ids = {"tenant_id": account.tenant_id, "group_id": account.group_id, "user_id": account.user_id}
    answer = reply(
        {
            "ids": {key: value for key, value in ids.items() if value is not None},
            "profile": {"user_level": account.level, "is_first_login": account.is_first_login},
        }
    )
    answer.set_cookie(COOKIE, token, httponly=True, secure=request.is_secure, samesite="Lax")
    return answer


@blueprint.post("/logout/")
@requires(Level.END_USER)
def logout() -> Response:
    api().door.sign_out(request.cookies[COOKIE])
    answer = reply({})
    answer.delete_cookie(COOKIE, httponly=True, secure=request.is_secure, samesite="Lax")
    return answer
