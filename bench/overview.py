"""`python -m bench.overview`: medians of the warm overview of a group, and their ratios to a bare view.

The bare view renders the same numbers from memory. Page and bare view are requested in turns; processor time is
measured.
"""

from statistics import median

from flask import Flask, render_template
from jinja2 import Environment

from app.portal.services.devices.table import DeviceTable
from app.portal.services.overview.figures import DeviceFigures, count_devices
from bench.__main__ import SIZES, measure
from bench.portal import GROUP, BenchPortal, bench_portal

_TURNS = 100
_PAGE = f"/tenants/{GROUP.tenant_id}/groups/{GROUP.group_id}/"
_NUMBERS = """<!doctype html><title>Overview</title>
<p>{{ figures.online }} of {{ figures.devices }}, {{ figures.pending }}, {{ figures.older }},
{{ figures.without_mac }}</p>
<ul>{% for word, count in figures.statuses.items() %}<li>{{ count }} {{ word }}</li>{% endfor %}</ul>
<table>{% for row in figures.firmware %}<tr><td>{{ row.device_type }}<td>{{ row.devices }}<td>{{ row.older }}
<td>{{ row.unreported }}<td>{{ row.newest|join(", ") }}</tr>{% endfor %}</table>"""


def main() -> None:
    for size in SIZES[:2]:
        with bench_portal(size) as portal:
            page, floor = _measure(portal)
        print(f"{size:>7,} devices: {page * 1000:.1f} ms, {page / floor:.1f} x a bare view of {floor * 1000:.2f} ms")


def _measure(portal: BenchPortal) -> tuple[float, float]:
    table = DeviceTable(portal.rows())
    baseline = _bare(count_devices(table)).test_client()
    pages, floors = [], []
    for _turn in range(_TURNS + 10):
        pages.append(measure(portal.browser, _PAGE))
        floors.append(measure(baseline, "/"))
    return median(pages[10:]), median(floors[10:])


def _bare(figures: DeviceFigures) -> Flask:
    template = Environment(autoescape=True).from_string(_NUMBERS)
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: render_template(template, figures=figures), endpoint="index")
    return app


if __name__ == "__main__":
    main()
