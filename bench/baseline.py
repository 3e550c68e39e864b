"""The baseline: a bare view that renders the same fifty rows, from memory, into a plain table.

Its template is compiled once, so it is the least that Flask and Jinja can take for these rows.
"""

from collections.abc import Sequence

from flask import Flask, render_template
from jinja2 import Environment

from app.portal.models.access_device import AccessDeviceRow

_TABLE = """<!doctype html><title>Devices</title><table>
{% for row in rows %}<tr><td>{{ row.device_name }}<td>{{ row.device_type }}<td>{{ row.mac_address }}
<td>{{ row.net_address }}<td>{{ row.status }}<td>{{ row.version }}<td>{{ row.free_ports }}</tr>
{% endfor %}</table>"""


def bare(rows: Sequence[AccessDeviceRow]) -> Flask:
    template = Environment(autoescape=True).from_string(_TABLE)
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: render_template(template, rows=rows), endpoint="index")
    return app
