"""Jobs and imports in every state they can be in."""

from playwright.sync_api import Page

from tests.support.browser.places import ANNEX, spare_mac
from tests.support.browser.states import Stage, Way
from tests.support.job_kinds import KINDS, add_job


def _job(kind: str, query: str = "", *, opens: bool = False) -> Way:
    def way(stage: Stage) -> Page:
        place, name = stage.places.new(), "Reception desk with a rather long name"
        place.add(name, mac_address=spare_mac())
        page = stage.people.signed_in()
        page.goto(add_job(stage.people.product.portal_engine, place.columns, KINDS[kind], name) + query)
        if opens:
            page.locator("a.alike").nth(1).click()
            page.locator("tr.within").first.wait_for()
        return page

    return way


def _jobs(stage: Stage) -> Page:
    _job("waiting")(stage)
    page = _job("done")(stage)
    page.goto("/jobs/")
    return page


def _what_to_edit(stage: Stage) -> Page:
    page = _job("what to edit")(stage)
    for box in page.locator("[value=set]").all()[:6]:
        box.check()
    return page


def _refused_import(stage: Stage) -> Page:
    stage.people.expect_trouble("422")
    page = stage.people.signed_in()
    page.goto(f"{ANNEX}import")
    page.get_by_text("Paste rows instead").click()
    page.get_by_label("Rows, with a first row of column names").fill("<p>no sheet")
    page.get_by_role("button", name="Continue").click()
    page.locator("#file-error").wait_for()
    return page


def _copy(stage: Stage) -> Page:
    place = stage.places.new()
    place.add("Reception desk", description="W" * 80)
    page = stage.people.signed_in()
    page.goto(f"{place.url}new?copy=Reception%20desk")
    return page


JOB_STATES: dict[str, Way] = {
    "jobs": _jobs,
    "job, what to edit": _what_to_edit,
    "job being checked": _job("being checked"),
    "draft of a job, by change": _job("draft", opens=True),
    "job that waits": _job("waiting"),
    "job with failures": _job("done", "?view=device"),
    "difference of a job": _job("file", "difference/1"),
    "draft of an import": _job("import"),
    "import refused": _refused_import,
    "copy of a device": _copy,
}
