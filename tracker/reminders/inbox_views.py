"""One's own messages, and when one wants them."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.access.pages import Pages
from tracker.administration.lists import listed
from tracker.kit.forms import Form, SelectField, given
from tracker.reminders.claiming import UNSYNCED
from tracker.reminders.ledger_queries import inbox, unread_count
from tracker.reminders.models import Delivery
from tracker.reminders.outgoing import outgoing
from tracker.reminders.preferences import HOURS, Wanted, own_preference, prefer
from tracker.reminders.states import Channel

pages = Pages("inbox", __name__)


@pages.show("/kotak-masuk", act=Act.VIEW_INBOX)
def index(desk: Desk) -> ResponseReturnValue:
    page = listed(desk, inbox(desk.actor.id))
    return render_template("reminders/inbox.html", page=page, unread=unread_count(desk))


@pages.do("/kotak-masuk/dibaca", act=Act.VIEW_INBOX)
def read_all(desk: Desk) -> ResponseReturnValue:
    """All that is there has been read."""
    mark_read(desk)
    flash(_("Semua pesan ditandai sudah dibaca."), "success")
    return redirect(url_for("inbox.index"), 303)


@pages.do("/kotak-masuk/<int:id>/dibaca", act=Act.VIEW_INBOX, on=Delivery)
def read(desk: Desk, delivery: Delivery) -> ResponseReturnValue:
    """One has been read; the page stays where it was."""
    if delivery.recipient_id != desk.actor.id or delivery.channel is not Channel.INBOX:
        raise NotFound(f"Delivery {delivery.id}")
    mark_read(desk, Delivery.id == delivery.id)
    return redirect(url_for("inbox.index", _anchor=f"pesan-{delivery.id}"), 303)


def mark_read(desk: Desk, *which: sa.ColumnElement[bool]) -> None:
    own = (Delivery.recipient_id == desk.actor.id, Delivery.channel == Channel.INBOX, Delivery.read_at.is_(None))
    statement = sa.update(Delivery).where(*own, *which).values(read_at=desk.now)
    desk.session.execute(statement, execution_options=UNSYNCED)


class PreferencesForm(Form[Wanted]):
    hour = SelectField(_l("Jam ringkasan harian"), coerce=int)
    chat_address = StringField(
        _l("Saluran tambahan"), [Length(max=500)], render_kw={"autocomplete": "off", "spellcheck": "false"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hour.choices = [(hour, f"{hour:02d}.00") for hour in HOURS]

    def value(self) -> Wanted:
        return Wanted(given(self.hour), (self.chat_address.data or "").strip())


@pages.show("/akun/pengingat", act=Act.CHANGE_OWN_ACCOUNT)
def preferences(desk: Desk) -> ResponseReturnValue:
    kept = own_preference(desk)
    form = PreferencesForm(formdata=None, obj=kept)
    form.version.data = str(kept.version) if kept else ""
    return show(form)


@pages.do("/akun/pengingat", act=Act.CHANGE_OWN_ACCOUNT)
def save_preferences(desk: Desk) -> ResponseReturnValue:
    form = PreferencesForm()
    services = outgoing().chat_services
    if form.carried_out(lambda wanted: prefer(desk, wanted, services), own_preference(desk)):
        flash(_("Pengaturan pengingat tersimpan."), "success")
        return redirect(url_for("inbox.preferences"), 303)
    return show(form), form.status


def show(form: PreferencesForm) -> str:
    page: str = render_template(
        "reminders/preferences.html",
        form=form,
        services=", ".join(f"{each}://" for each in outgoing().chat_services),
        has_mail=outgoing().post is not None,
    )
    return page
