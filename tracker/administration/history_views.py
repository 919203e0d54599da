"""The searchable trail, for auditors and whoever must account for a number."""

from typing import Any

import sqlalchemy as sa
from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import Length, Optional

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.history import act_in_words, in_words
from tracker.access.pages import Pages
from tracker.access.words import KINDS, LABELS
from tracker.administration.history_queries import Search, told
from tracker.directory.models import ServiceUnit
from tracker.events.models import Event
from tracker.kit.forms import SelectField, Translations
from tracker.kit.forms import in_words as field_in_words

pages = Pages("history", __name__)

PAGE = 50
WATCHING = {"view", "sign_out", "follow", "check"}
ADDRESSES = {
    "FollowUp": "followups.show",
    "Recommendation": "recommendations.show",
    "ServiceUnit": "dashboards.unit",
    "Letter": "recommendations.letter",
    "User": "administration.user",
    "Instrument": "instruments.show",
    "Cycle": "instruments.cycle",
}


class SearchForm(FlaskForm):  # type: ignore[misc]
    class Meta:
        csrf = False

        def get_translations(self, _form: Any) -> Translations:
            return Translations()

    kata = StringField(validators=[Length(max=100)])
    tindakan = SelectField(default="")
    jenis = SelectField(default="")
    nomor = IntegerField(validators=[Optional()])
    unit = IntegerField(validators=[Optional()])
    sejak = DateField(validators=[Optional()])
    sampai = DateField(validators=[Optional()])

    def __init__(self) -> None:
        super().__init__(request.args)
        acts = [(act.value, act_in_words(act)) for act in LABELS if act.value.rpartition(".")[2] not in WATCHING]
        self.tindakan.choices = [("", _("Semua tindakan")), *sorted(acts, key=lambda each: each[1])]
        kinds = ((name, _(word)) for name, word in KINDS.items())
        self.jenis.choices = [("", _("Semua jenis")), *((name, word[:1].upper() + word[1:]) for name, word in kinds)]
        texts = {
            "kata": _("Pelaku atau alasan"),
            "tindakan": _("Tindakan"),
            "jenis": _("Jenis"),
            "nomor": _("Nomor"),
            "unit": _("Nomor unit"),
            "sejak": _("Sejak"),
            "sampai": _("Sampai"),
        }
        for name, text in texts.items():
            self[name].label.text = text

    def search(self) -> Search:
        return Search(
            words=(self.kata.data or "").strip(),
            act=self.tindakan.data or "",
            kind=self.jenis.data or "",
            subject_id=self.nomor.data,
            unit_id=self.unit.data,
            since=self.sejak.data,
            until=self.sampai.data,
        )


@pages.show("/jejak", act=Act.VIEW_TRAIL)
def index(desk: Desk) -> ResponseReturnValue:
    form = SearchForm()
    valid = form.validate()
    page = max(1, request.args.get("halaman", 1, int))
    query = told(form.search() if valid else Search(), desk.zone)
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    events = desk.all(query.limit(PAGE).offset((page - 1) * PAGE)) if valid else []
    return render_template(
        "administration/history.html",
        form=form,
        entries=in_words(events),
        units=names_of(desk, events),
        address=address,
        kinds=KINDS,
        page=page,
        first=(page - 1) * PAGE + 1,
        total=total if valid else 0,
        previous_url=at_page(page - 1) if page > 1 else "",
        next_url=at_page(page + 1) if page * PAGE < total else "",
        chips=chips(form) if valid else [],
    ), 200 if valid else 422


def names_of(desk: Desk, events: list[Event]) -> dict[int, str]:
    ids = {event.unit_id for event in events if event.unit_id}
    rows = desk.session.execute(sa.select(ServiceUnit.id, ServiceUnit.name).where(ServiceUnit.id.in_(ids)))
    return dict(rows.all())


def address(event: Event) -> str:
    """Where the row is to be seen that an event tells of; empty where it has no page of its own."""
    endpoint = ADDRESSES.get(event.subject_type, "")
    return url_for(endpoint, id=event.subject_id) if endpoint in current_app.view_functions else ""


def at_page(number: int) -> str:
    return url_for("history.index", **{**request.args.to_dict(), "halaman": number})  # type: ignore[arg-type]


def chips(form: SearchForm) -> list[dict[str, str]]:
    given = {name: value for name, value in request.args.items() if value and name in form and name != "halaman"}
    return [
        {
            "label": f"{form[name].label.text}: {field_in_words(form[name], value)}",
            "remove_url": url_for("history.index", **_without(given, name)),
        }
        for name, value in given.items()
    ]


def _without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}
