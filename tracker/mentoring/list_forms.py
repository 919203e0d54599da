"""What narrows the list of sessions, as a form and as chips."""

from collections.abc import Callable

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from tracker.access.desk import Desk
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField
from tracker.mentoring import sessions
from tracker.mentoring.sessions import Narrowing, When
from tracker.mentoring.states import SessionStatus


class SessionFilter(Form[Narrowing]):
    """Sent by GET, so that the address holds it and can be sent to a colleague."""

    kapan = SelectField(_("Waktu"))
    wilayah = SelectField(_("Wilayah penyelenggara"))
    keadaan = SelectField(_("Status"))
    siklus = SelectField(_("Siklus"))

    def offer(self, desk: Desk) -> "SessionFilter":
        anything = ("", gettext("Semua"))
        self.kapan.choices = [
            anything,
            (When.RUNNING.value, gettext("Berlangsung")),
            (When.COMING.value, gettext("Mendatang")),
            (When.PAST.value, gettext("Lampau")),
        ]
        self.wilayah.choices = [anything, *((str(each.id), each.name) for each in desk.all(sessions.areas_in_use()))]
        self.keadaan.choices = [anything, *((status.value, formats.label(status)) for status in SessionStatus)]
        cycles = desk.all(sessions.cycles())
        self.siklus.choices = [anything, *((str(each.id), each.name or each.code) for each in cycles)]
        for field in (self.kapan, self.wilayah, self.keadaan, self.siklus):
            field.data = field.data or ""
        return self


def read(form: SessionFilter) -> Narrowing:
    """Of a valid form."""
    return Narrowing(
        when=When(form.kapan.data) if form.kapan.data else None,
        area_id=int(form.wilayah.data) if form.wilayah.data else None,
        status=SessionStatus(form.keadaan.data) if form.keadaan.data else None,
        cycle_id=int(form.siklus.data) if form.siklus.data else None,
    )


def chips(form: SessionFilter, address: Callable[..., str]) -> list[dict[str, str]]:
    """What narrows the list beside the time, each to be taken away by itself."""
    found = []
    for field in (form.wilayah, form.keadaan, form.siklus):
        word = next((str(each.label) for each in field.choices if each.value == field.data and each.value), "")
        if word:
            found.append({"label": f"{field.label.text}: {word}", "remove_url": address(**{field.name: None})})
    return found
