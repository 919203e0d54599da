"""The components by themselves: a small application that renders every one of them with literal data."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, flash, get_template_attribute, render_template, render_template_string, request
from flask_babel import Babel, gettext
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "tracker" / "static"
MOMENT = datetime(2020, 5, 11, 2, 30, tzinfo=UTC)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


OFFICERS = [SelectChoice("1", "Maria Rahayaan"), SelectChoice("2", "Yusuf Renwarin")]
ASSESSMENTS = [SelectChoice("a", "Sesuai"), SelectChoice("b", "Belum sesuai")]
ASPECTS = [SelectChoice("1", "Kebijakan pelayanan"), SelectChoice("2", "Sarana prasarana")]


class NarrowingForm(FlaskForm):  # type: ignore[misc]
    """What a filter asks."""

    officer = SelectField("Penanggung jawab", choices=OFFICERS)
    late = BooleanField("Hanya yang lewat tenggat")


class DoorForm(FlaskForm):  # type: ignore[misc]
    """The shape of the sign-in."""

    name = StringField("Nama pengguna", [InputRequired("Wajib diisi.")])
    password = PasswordField("Kata sandi", [InputRequired("Wajib diisi.")])


DOOR = """{% extends "layout/plain.html" %}{% from "ui/form.html" import act_form, error_summary, field %}
{% block title %}Masuk{% endblock %}
{% block body %}{{ error_summary(form) }}
{% call act_form("/masuk", "Masuk", form) %}
{{ field(form.name, autocomplete="username") }}{{ field(form.password, autocomplete="current-password") }}
{% endcall %}
{% endblock %}"""


class ExampleForm(FlaskForm):  # type: ignore[misc]
    """Every kind of field that pages use."""

    done = TextAreaField("Apa yang dikerjakan", [InputRequired("Wajib diisi.")])
    day = DateField("Tanggal", default=date(2020, 5, 11))
    percent = DecimalField("Klaim kemajuan (persen)", default=Decimal(70))
    officer = SelectField("Penanggung jawab", choices=OFFICERS)
    assessment = RadioField("Penilaian", [InputRequired("Pilih satu.")], choices=ASSESSMENTS)
    aspects = SelectMultipleField(
        "Aspek terkait",
        choices=ASPECTS,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    photos = MultipleFileField("Foto atau dokumen")
    sure = BooleanField("Bukti yang diunggah benar adanya")


def number(value: Any) -> str:
    return f"{value:,}".replace(",", ".")


def create_gallery() -> Flask:
    """An application with the filters and names that the real wiring gives, in their simplest form."""
    app = Flask(
        "gallery", template_folder=str(ROOT / "templates"), static_folder=str(STATIC), static_url_path="/static"
    )
    app.config.update(SECRET_KEY="gallery", TESTING=True)
    manifest = json.loads((STATIC / "manifest.json").read_text())
    Babel(app, default_locale="id")
    CSRFProtect(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=number,
        percent=lambda value: f"{value} %".replace(".", ","),
        datetime=lambda value: f"{value:%d-%m-%Y %H.%M} UTC",
    )
    app.jinja_env.globals.update(asset=lambda name: f"/static/{manifest[name]['file']}", form_key=lambda: "key")
    account = SimpleNamespace(
        name="Rina Wulandari",
        role="Asisten Deputi Wilayah III",
        profile_url="#akun",
        sign_out_url="/",
        language_url="/",
    )
    items = [("Beranda", True, 0), ("Verifikasi", False, 14), ("Portofolio", False, 0), ("Tindak lanjut", False, 0)]
    navigation = [
        {"label": label, "url": "/", "current": here, "count": count, "folds": False} for label, here, count in items
    ]

    def header(illustration: bool) -> Any:
        band, inbox = (get_template_attribute("layout/_header.html", name) for name in ("header", "inbox_link"))
        return band(navigation, account, inbox("/", 3), generate_csrf(), illustration, "id")

    @app.get("/")
    def examples() -> str:
        form = ExampleForm()
        if "salah" in request.args:
            form.validate()
        if "pesan" in request.args:
            flash(gettext("Tersimpan."))
        return render_template(
            "ui/examples.html",
            form=form,
            narrowing=NarrowingForm(prefix="saring-", meta={"csrf": False}),
            moment=MOMENT,
            as_of=MOMENT,
            locale="id",
            header=header,
            illustration=True,
            uses_htmx=True,
        )

    @app.get("/baris")
    def rows() -> str:
        cell = {"url": "#c", "verified": 5, "claimed": 50, "overdue": 0, "holder": "V", "holder_words": "verifikator"}
        unit = {"place": "Kota Sorong", "name": "Unit bagian kedua", "is_root": False}
        row = {"unit": unit, "url": "#u", "group": None, "score": "", "reason": "", "total": cell, "cells": [cell] * 6}
        matrix_rows = get_template_attribute("ui/matrix.html", "matrix_rows")
        return str(matrix_rows([row]))

    @app.get("/masuk")
    def plain() -> str:
        return render_template_string(DOOR, form=DoorForm(), locale="id", language_url="/masuk")

    @app.get("/masalah")
    def problem() -> tuple[str, int]:
        message = "Alamat ini tidak ada, atau berada di luar wewenang Anda."
        return render_template(
            "layout/problem.html", locale="id", code=404, title="Tidak ditemukan", message=message
        ), 404

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app
