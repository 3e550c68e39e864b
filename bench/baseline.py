"""The baseline: a bare view that renders the same fifty rows, from memory, into a plain table.

With `render_template_string`, Flask compiles the template for each answer, which takes most of the time. Compiled
before, it is the least that Flask and Jinja can take for these rows.
"""

from collections.abc import Callable, Sequence

from flask import Flask, render_template, render_template_string
from jinja2 import Environment

from app.portal.models.access_device import AccessDeviceRow

_TABLE = """<!doctype html><title>Devices</title><table>
{% for row in rows %}<tr><td>{{ row.device_name }}<td>{{ row.device_type }}<td>{{ row.mac_address }}
<td>{{ row.net_address }}<td>{{ row.status }}<td>{{ row.version }}<td>{{ row.free_ports }}</tr>
{% endfor %}</table>"""


def bare(rows: Sequence[AccessDeviceRow]) -> Flask:
    return _app(lambda: render_template_string(_TABLE, rows=rows))


def bare_compiled(rows: Sequence[AccessDeviceRow]) -> Flask:
    template = Environment(autoescape=True).from_string(_TABLE)
    return _app(lambda: render_template(template, rows=rows))


def _app(index: Callable[[], str]) -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=index, endpoint="index")
    return app
