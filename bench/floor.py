"""The floor: a bare view that renders the same fifty rows, from memory, into a plain table."""

from collections.abc import Sequence

from flask import Flask, render_template_string

from app.portal.models.access_device import AccessDeviceRow

_TABLE = """<!doctype html><title>Devices</title><table>
{% for row in rows %}<tr><td>{{ row.device_name }}<td>{{ row.device_type }}<td>{{ row.mac_address }}
<td>{{ row.net_address }}<td>{{ row.status }}<td>{{ row.version }}<td>{{ row.free_ports }}</tr>
{% endfor %}</table>"""


def bare(rows: Sequence[AccessDeviceRow]) -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def index() -> str:
        return render_template_string(_TABLE, rows=rows)

    return app
