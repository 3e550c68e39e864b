"""Who gets what at every address of the portal, as it was meant. The tests compare it with what really comes."""

from dataclasses import dataclass, field

from tests.support.world import DEPARTMENT_ADMIN, END_USER, OWNER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member

NOBODY = Member("", -1)
ADMINS = frozenset({OWNER, TENANT_ADMIN, SYSTEM_ADMIN})
STAFF = ADMINS | {SUPPORT}
SYSTEM = frozenset({SYSTEM_ADMIN})
ROLES = (NOBODY, DEPARTMENT_ADMIN, END_USER, OWNER, TENANT_ADMIN, SUPPORT, SYSTEM_ADMIN)
EVERYBODY = frozenset(ROLES)

SIGN_IN = 303  # to the sign-in page; the tests look where it leads


@dataclass(frozen=True)
class Row:
    """Whoever may gets the status of the method; `unlike` are other statuses for some of them."""

    may: frozenset[Member]
    get: int | None = None
    post: int | None = None
    unlike: dict[Member, int] = field(default_factory=dict)


_JOB = "/jobs/<int(max=2147483647):job_id>"  # one that is nobody's
_GROUP = "/tenants/<name:tenant>/groups/<name:group>/"
_DEVICES = f"{_GROUP}devices/"
_DEVICE = f"{_DEVICES}<name:device>/"
_FILE = f"{_DEVICE}files/<name:file>/"

# 422 is a form that was let in, and sent back because nothing was filled in. A reboot is asked for before its progress.
TABLE = {
    "/static/<path:filename>": Row(EVERYBODY, get=200),
    "/healthz": Row(EVERYBODY, get=200),
    "/metrics": Row(EVERYBODY, get=404),  # without the token
    "/readyz": Row(EVERYBODY, get=200),
    "/.well-known/security.txt": Row(EVERYBODY, get=404),  # nobody to report to is set
    "/csp-reports": Row(EVERYBODY, post=204),
    "/login": Row(EVERYBODY, get=303, post=303, unlike={NOBODY: 200}),
    "/": Row(STAFF, get=200, unlike={OWNER: 303, TENANT_ADMIN: 303}),
    "/tenants/<name:tenant>/": Row(STAFF, get=200, unlike={OWNER: 303}),
    "/tenants/<name:tenant>/totals": Row(STAFF, get=303),  # to the tenant's page, where no fragment is asked for
    "/tenants/<name:tenant>/groups/<name:group>/counts": Row(STAFF, get=200),
    "/jobs/": Row(STAFF, get=200, post=422),
    f"{_JOB}/": Row(STAFF, get=404),
    f"{_JOB}/plan": Row(STAFF, get=404, post=404),
    f"{_JOB}/difference/<int(max=2147483647):number>": Row(STAFF, get=404),
    f"{_JOB}/progress": Row(STAFF, get=404),
    f"{_JOB}/items.csv": Row(STAFF, get=404),
    f"{_JOB}/leave-out": Row(STAFF, post=404),
    f"{_JOB}/check": Row(STAFF, post=404),
    f"{_JOB}/start": Row(STAFF, get=404, post=404),
    f"{_JOB}/pause": Row(STAFF, post=404),
    f"{_JOB}/resume": Row(STAFF, post=404),
    f"{_JOB}/cancel": Row(STAFF, post=404),
    f"{_JOB}/retry": Row(STAFF, post=404),
    f"{_JOB}/undo": Row(STAFF, post=404),
    f"{_JOB}/reboot": Row(STAFF, post=404),
    f"{_JOB}/sheet": Row(ADMINS, post=404),
    f"{_JOB}/errors.xlsx": Row(ADMINS, get=404),
    _GROUP: Row(STAFF, get=200),
    f"{_GROUP}progress": Row(STAFF, get=303),  # to the overview, where no fragment is asked for
    f"{_GROUP}jobs": Row(STAFF, get=303),  # to the page of jobs, where no fragment is asked for
    f"{_GROUP}ports": Row(STAFF, get=200),
    f"{_GROUP}recent": Row(STAFF, get=303),  # to the history, where no fragment is asked for
    f"{_GROUP}where-used": Row(STAFF, get=404),  # of nothing
    f"{_GROUP}where-used/progress": Row(STAFF, get=404),
    f"{_GROUP}where-used/check": Row(STAFF, post=404),
    _DEVICES: Row(STAFF, get=200),
    f"{_DEVICES}progress": Row(STAFF, get=303),  # to the list, where no fragment is asked for
    f"{_DEVICES}export.csv": Row(STAFF, get=200),
    f"{_DEVICES}bulk": Row(STAFF, get=303, post=422),  # back to the list; no device is selected
    f"{_DEVICES}bulk/check": Row(STAFF, post=422),
    f"{_DEVICES}views": Row(STAFF, get=200, post=422),
    f"{_DEVICES}views/<int(max=2147483647):view>/rename": Row(STAFF, post=404),  # nobody's
    f"{_DEVICES}views/<int(max=2147483647):view>/delete": Row(STAFF, post=404),
    f"{_DEVICES}check": Row(STAFF, get=404),  # no field is named
    f"{_DEVICES}import": Row(ADMINS, get=200, post=422),
    f"{_DEVICES}import-template.csv": Row(ADMINS, get=200),
    f"{_DEVICES}copy": Row(ADMINS, get=200),
    f"{_DEVICES}new": Row(ADMINS, get=200, post=422),
    _DEVICE: Row(STAFF, get=200),
    f"{_DEVICE}edit": Row(STAFF, get=200, post=303),  # what a form leaves out stays as it is
    f"{_DEVICE}replace": Row(STAFF, get=200, post=422),
    f"{_DEVICE}delete": Row(ADMINS, get=200, post=303),
    f"{_DEVICE}reboot": Row(STAFF, get=200, post=303),
    f"{_DEVICE}reboot/mark": Row(STAFF, post=303),
    f"{_DEVICE}reboot/progress": Row(STAFF, get=200),
    f"{_DEVICE}files/": Row(STAFF, get=200),
    _FILE: Row(STAFF, get=200),
    f"{_FILE}opened": Row(STAFF, get=303),  # to the file, where no fragment is asked for
    f"{_FILE}download": Row(STAFF, get=200),
    f"{_FILE}change": Row(STAFF, get=200, post=422),
    f"{_FILE}check/<upload>": Row(STAFF, get=303, post=303),  # nothing is kept under this name: put it in anew
    f"{_FILE}versions/": Row(STAFF, get=200),
    f"{_FILE}versions/<int(max=2147483647):version>/": Row(STAFF, get=404),
    f"{_FILE}versions/<int(max=2147483647):version>/download": Row(STAFF, get=404),
    f"{_FILE}difference": Row(STAFF, get=404),  # of no two versions
    f"{_FILE}back": Row(STAFF, post=404),
    f"{_DEVICE}undo/<int(max=2147483647):change>": Row(STAFF, get=404, post=404),  # of no change of this device
    f"{_DEVICE}lines/": Row(STAFF, get=200),
    f"{_DEVICE}lines/order": Row(STAFF, get=200, post=400),  # without the board that it is about
    f"{_DEVICE}tags/": Row(STAFF, get=200),
    f"{_DEVICE}tags/count": Row(STAFF, get=200),
    "/search": Row(STAFF, get=200, post=200),
    "/search/live": Row(frozenset({SUPPORT, SYSTEM_ADMIN}), get=200),
    "/search/export.csv": Row(STAFF, post=422),  # no device is named
    "/search/typing": Row(STAFF, get=303),  # to the results, where no fragment is asked for
    "/history/": Row(STAFF, get=200),
    "/history/export.csv": Row(STAFF, get=200),
    "/tenants/<name:tenant>/history/": Row(STAFF, get=200),
    "/tenants/<name:tenant>/history/export.csv": Row(STAFF, get=200),
    f"{_GROUP}history/": Row(STAFF, get=200),
    f"{_GROUP}history/export.csv": Row(STAFF, get=200),
    f"{_DEVICE}history/": Row(STAFF, get=200),
    f"{_DEVICE}history/export.csv": Row(STAFF, get=200),
    "/account": Row(STAFF, get=200),
    "/help": Row(STAFF, get=200),
    "/account/sessions/<int(max=2147483647):session_id>/end": Row(STAFF, post=303),
    "/account/sessions/end-others": Row(STAFF, post=303),
    "/staff": Row(SYSTEM, get=200),
    "/staff/support": Row(SYSTEM, get=200, post=422),
    "/staff/support/end": Row(SYSTEM, get=303, post=303),
    "/staff/sessions/<int(max=2147483647):session_id>/end": Row(SYSTEM, post=303),
    "/staff/sessions/end": Row(SYSTEM, post=303),
    "/staff/second-factor/remove": Row(SYSTEM, get=200, post=422),
    "/login/code": Row(EVERYBODY, get=303, post=303),  # to the sign-in page, where nothing waits for a code
    "/account/second-factor": Row(STAFF, get=200, post=422),
    "/account/second-factor/remove": Row(STAFF, post=303),  # there is none
    "/account/second-factor/recovery-codes": Row(STAFF, post=303),
    "/account/confirm": Row(STAFF, get=303, post=303),
    "/account/columns": Row(STAFF, post=303),
    "/account/theme": Row(EVERYBODY, post=303),
    "/logout": Row(EVERYBODY, post=303),
}
