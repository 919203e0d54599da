"""Pages for those responsible: what was sent, what failed, and what is decided about it."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tracker.access.acts import Act
from tracker.access.desk import Desk, Forbidden
from tracker.access.history import in_words
from tracker.access.pages import Pages
from tracker.access.scope import as_machine
from tracker.administration.lists import Listed, listed
from tracker.directory.models import ServiceUnit, User
from tracker.events.models import Event
from tracker.kit import formats
from tracker.kit.forms import Form, RadioField, SelectField, Translations, given
from tracker.kit.forms import in_words as field_in_words
from tracker.reminders import deciding
from tracker.reminders.at_once import NOTICES
from tracker.reminders.deciding import Choice, Decision
from tracker.reminders.ledger_queries import WITH_ALL, Wish, carried_by, ledger, undecided, words_of
from tracker.reminders.models import Delivery, Reminder
from tracker.reminders.outgoing import outgoing
from tracker.reminders.register import DUTIES
from tracker.reminders.states import LABELS as STATES
from tracker.reminders.states import ReminderStatus

pages = Pages("ledger", __name__)

AT_THE_TOP = 20
TONES = {
    "planned": "neutral", "claimed": "info", "sent": "good", "failed": "bad", "uncertain": "warn", "skipped": "neutral",
}  # fmt: skip


class LedgerForm(FlaskForm):  # type: ignore[misc]
    """The filters of the ledger, as they stand in the address."""

    class Meta:
        csrf = False

        def get_translations(self, _form: Any) -> Translations:
            return Translations()

    keadaan = SelectField(_l("Keadaan"), default="")
    jenis = SelectField(_l("Jenis pengingat"), default="")
    hari = DateField(_l("Tanggal"), [Optional()])
    unit = IntegerField(_l("Nomor unit"), [Optional()])
    orang = IntegerField(_l("Nomor pengguna"), [Optional()])

    def __init__(self) -> None:
        super().__init__(request.args)
        states = [(each.value, formats.said(STATES[each])) for each in ReminderStatus]
        self.keadaan.choices = [("", _("Semua yang sudah diproses")), *states]
        self.jenis.choices = [
            ("", _("Semua jenis")),
            *((rule, formats.said(each.label)) for rule, each in DUTIES.items()),
        ]

    def wish(self) -> Wish:
        status = self.keadaan.data
        return Wish(
            ReminderStatus(status) if status else None,
            self.jenis.data or "",
            self.unit.data,
            self.orang.data,
            self.hari.data,
        )


class DecisionForm(Form[Decision]):
    """What becomes of a delivery that did not arrive for certain, and why."""

    choice = RadioField(_l("Keputusan"), [InputRequired()])
    reason = TextAreaField(_l("Alasan"), [InputRequired(), Length(max=1000)], render_kw={"rows": "2"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice.choices = [(each.value, formats.said(deciding.LABELS[each])) for each in Choice]

    def value(self) -> Decision:
        return Decision(Choice(given(self.choice)), given(self.reason))


@pages.show("/pengingat", act=Act.VIEW_REMINDERS)
def index(desk: Desk) -> ResponseReturnValue:
    """What went out, and on top what somebody must decide about."""
    form = LedgerForm()
    valid = form.validate()
    wish = form.wish() if valid else Wish()
    page: Listed[Reminder] = listed(desk, ledger(wish, desk.zone), *WITH_ALL)
    waiting = desk.all(undecided().limit(AT_THE_TOP))
    count = sa.select(sa.func.count()).select_from(undecided().order_by(None).subquery())
    return render_template(
        "reminders/ledger.html",
        form=form,
        page=page,
        waiting=waiting,
        waiting_total=desk.session.scalar(count) or 0 if len(waiting) == AT_THE_TOP else len(waiting),
        chips=chips(desk, form, wish) if valid else [],
        has_mail=outgoing().post is not None,
        rule_words=rule_words,
        tones=TONES,
    ), 200 if valid else 422


def rule_words(rule: str) -> str:
    """What a rule is called; one that is no longer known stays as it was written."""
    known = DUTIES.get(rule) or NOTICES.get(rule)
    return formats.said(known.label) if known else rule


def chips(desk: Desk, form: LedgerForm, wish: Wish) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    given_now = {name: value for name, value in request.args.items() if value and name in form}
    named = {name: field_in_words(form[name], value) for name, value in given_now.items()}
    if wish.unit_id and (unit := desk.session.scalar(sa.select(ServiceUnit).where(ServiceUnit.id == wish.unit_id))):
        named["unit"] = unit.full_name
    if wish.person_id and (user := desk.session.scalar(sa.select(User).where(User.id == wish.person_id))):
        named["orang"] = user.name
    return [
        {"label": f"{form[name].label.text}: {word}", "remove_url": without(given_now, name)}
        for name, word in named.items()
    ]


def without(given_now: dict[str, Any], name: str) -> str:
    return url_for("ledger.index", **{key: value for key, value in given_now.items() if key != name})


@pages.show("/pengiriman/<int:id>", act=Act.VIEW_REMINDERS, on=Delivery)
def delivery(desk: Desk, delivery: Delivery) -> ResponseReturnValue:
    return show(desk, delivery, DecisionForm(formdata=None))


@pages.do("/pengiriman/<int:id>", act=Act.SETTLE_DELIVERY, on=Delivery)
def decide(desk: Desk, delivery: Delivery) -> ResponseReturnValue:
    """A person says what becomes of it."""
    if not deciding.may_decide(desk, delivery):
        raise Forbidden(Act.SETTLE_DELIVERY)
    form = DecisionForm()
    if form.carried_out(lambda decision: deciding.decide(desk, delivery, decision)):
        flash(_("Keputusan tersimpan."), "success")
        return redirect(url_for("ledger.delivery", id=delivery.id), 303)
    return show(desk, delivery, form), form.status


def show(desk: Desk, delivery: Delivery, form: DecisionForm) -> str:
    with as_machine(desk.session):  # the row itself is in reach
        told = sa.select(Event).where(Event.subject_type == "Delivery", Event.subject_id == delivery.id)
        events = desk.all(told.order_by(Event.id.desc()))
        recipient = desk.session.get_one(User, delivery.recipient_id)
    page: str = render_template(
        "reminders/delivery.html",
        delivery=delivery,
        recipient=recipient,
        form=form,
        words=words_of(desk, delivery),
        reminders=desk.all(carried_by(delivery)),
        undecided=deciding.waits_for_somebody(delivery),
        may_decide=deciding.waits_for_somebody(delivery) and deciding.may_decide(desk, delivery),
        history=in_words(events),
        rule_words=rule_words,
        tones=TONES,
    )
    return page
