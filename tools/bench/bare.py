"""The yardstick: a Flask view that renders a table of 50 rows from a list it has, and does nothing else."""

from flask import Flask, render_template
from jinja2 import DictLoader

ROWS = [
    {"id": n, "title": f"Tindak lanjut nomor {n}", "unit": "Dinas Kependudukan dan Pencatatan Sipil", "percent": n * 2}
    for n in range(1, 51)
]
PAGE = """<!doctype html>
<html lang="id"><head><title>Lima puluh baris</title></head><body><h1>Lima puluh baris</h1>
<table><thead><tr><th>Nomor</th><th>Judul</th><th>Unit</th><th>Persen</th></tr></thead><tbody>
{% for row in rows %}<tr><td><a href="/{{ row.id }}">{{ row.id }}</a></td><td>{{ row.title }}</td>
<td>{{ row.unit }}</td><td>{{ row.percent }} %</td></tr>
{% endfor %}</tbody></table></body></html>"""

app = Flask(__name__)
app.jinja_loader = DictLoader({"rows.html": PAGE})  # compiled once, as a file would be


@app.get("/")
def rows() -> str:
    return render_template("rows.html", rows=ROWS)
