"""Pages from which a reminder is passed on by hand, and on which one notes that a unit was contacted."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.followups import sharing
from tracker.followups.contact_forms import ContactForm
from tracker.followups.models import FollowUp
from tracker.followups.views import pages
from tracker.kit import formats
from tracker.reminders.contacts import chat_link, contacts_with, mark_contacted
from tracker.reminders.models import ContactMade

LATEST = 10


@pages.show("/unit/<int:id>/dihubungi", act=Act.MARK_CONTACTED, on=ServiceUnit)
def contact_unit(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    return page(desk, unit, None, ContactForm(formdata=None).offer(desk.zone, desk.now))


@pages.do("/unit/<int:id>/dihubungi", act=Act.MARK_CONTACTED, on=ServiceUnit)
def contact_unit_sent(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    form = ContactForm().offer(desk.zone)
    if form.carried_out(lambda told: mark_contacted(desk, unit, told)):
        return noted(where_from(unit))
    return page(desk, unit, None, form), form.status


@pages.show("/tindak-lanjut/<int:id>/dihubungi", act=Act.MARK_CONTACTED, on=FollowUp)
def contact(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    return page(desk, follow_up.unit, follow_up, ContactForm(formdata=None).offer(desk.zone, desk.now))


@pages.do("/tindak-lanjut/<int:id>/dihubungi", act=Act.MARK_CONTACTED, on=FollowUp)
def contact_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = ContactForm().offer(desk.zone)
    subject = FollowUp.__name__, follow_up.id
    if form.carried_out(lambda told: mark_contacted(desk, follow_up.unit, told, *subject)):
        return noted(url_for("followups.show", id=follow_up.id))
    return page(desk, follow_up.unit, follow_up, form), form.status


FROM_CALLS = "hubungi"


def where_from(unit: ServiceUnit) -> str:
    """Back to the list of whom to call, where one came from there; else to the unit."""
    if request.args.get("dari") == FROM_CALLS:
        return url_for("dashboards.calls")
    return url_for("dashboards.unit", id=unit.id)


def noted(address: str) -> ResponseReturnValue:
    flash(_("Tercatat. Pengingat pada tahap ini tidak dikirim lagi."))
    return redirect(address, 303)


def page(desk: Desk, unit: ServiceUnit, follow_up: FollowUp | None, form: ContactForm) -> str:
    if follow_up is None:
        address = url_for("dashboards.unit", id=unit.id, _external=True)
        text = sharing.about_unit(desk, unit, address)
        words: dict[str, Any] = {
            "sent_to": url_for("followups.contact_unit_sent", id=unit.id, dari=request.args.get("dari")),
            "back": where_from(unit),
        }
    else:
        address = url_for("followups.show", id=follow_up.id, _external=True)
        text = sharing.about_follow_up(desk, follow_up, address)
        words = {
            "sent_to": url_for("followups.contact_sent", id=follow_up.id),
            "back": url_for("followups.show", id=follow_up.id),
        }
    made = desk.all(contacts_with(unit.id).limit(LATEST))
    return render_template(
        "followups/contact.html",
        unit=unit,
        follow_up=follow_up,
        form=form,
        text=text,
        chat=chat_link(text),
        made=[(each, about(each, follow_up)) for each in made],
        zone=formats.zone_label(desk.now.astimezone(desk.zone)),
        **words,
    )


def about(made: ContactMade, follow_up: FollowUp | None) -> str:
    """What the word was about, as this page tells it."""
    if made.subject_id is None:
        return str(_("tentang unit"))
    if follow_up is not None and made.subject_id == follow_up.id:
        return str(_("tentang tindak lanjut ini"))
    return str(_("tentang satu tindak lanjut"))
