"""What is filled in to give work out: for one recommendation, or the same for many."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.directory.models import User
from tracker.directory.states import TIME_ZONES
from tracker.followups.assigning import HEAVIEST, Assignment
from tracker.followups.bulk_assigning import AS_LETTERS, BulkAssignment
from tracker.followups.models import FollowUp
from tracker.kit.formats import zone_name
from tracker.kit.forms import Form, RadioField, SelectField, given
from tracker.recommendations.forms import key_or_none
from tracker.recommendations.models import Recommendation

LONGEST = 5000
HEAD, NOBODY = "kepala", "tanpa"


def zone_or_none(value: Any) -> str | None:
    """A zone that is named; none stands for the unit's own."""
    return str(value) if value not in (None, "", "None") else None


def zone_choices(unit_zone: str = "", letters: str | None = None) -> list[tuple[str, str]]:
    """Where the date may end: at the unit's place, or at a zone's midnight wherever the unit is."""
    local = gettext("waktu setempat unit (%(zone)s)", zone=zone_name(unit_zone)) if unit_zone else ""
    choices = [("", local or gettext("waktu setempat tiap unit"))]
    for zone in TIME_ZONES:
        name = zone_name(zone)
        choices.append((zone, gettext("%(zone)s, seperti pada surat", zone=name) if zone == letters else name))
    return choices


class WorkForm(Form[Assignment]):
    """What is to be done, what shows it, by when."""

    title = TextAreaField(
        _("Apa yang harus dikerjakan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": "3"}
    )
    expected_evidence = TextAreaField(_("Bukti yang diharapkan"), [Length(max=LONGEST)], render_kw={"rows": "2"})
    due_on = DateField(_("Tenggat"), [InputRequired()])
    due_zone = SelectField(_("Tenggat berakhir pukul 23.59"), [Optional()], coerce=zone_or_none)
    weight = IntegerField(
        _("Bobot"),
        [InputRequired(), NumberRange(1, HEAVIEST)],
        default=1,
        render_kw={"inputmode": "numeric", "min": "1", "max": str(HEAVIEST)},
    )


class AssignForm(WorkForm):
    person_in_charge_id = SelectField(_("Penanggung jawab"), [Optional()], coerce=key_or_none)
    warned = HiddenField()
    """The date after the recommendation's own that this person was warned of, and sends all the same."""

    def offer(
        self, recommendation: Recommendation, officers: Sequence[User], now_in_charge: User | None = None
    ) -> "AssignForm":
        """The unit's officers, its head first; whoever is in charge already stays to be chosen."""
        self.due_zone.choices = zone_choices(recommendation.unit.timezone, recommendation.letter_zone)
        people = list(officers)
        if now_in_charge is not None and now_in_charge not in people:
            people.append(now_in_charge)
        nobody = ("", gettext("Belum ditentukan: semua petugas unit"))
        self.person_in_charge_id.choices = [nobody, *((each.id, each.name) for each in people)]
        return self

    def propose(self, recommendation: Recommendation, today: date) -> None:
        """What the letter says of the date, unless that day is past."""
        if recommendation.due_on is not None and recommendation.due_on >= today:
            self.due_on.data, self.due_zone.data = recommendation.due_on, recommendation.letter_zone

    def fill(self, row: FollowUp) -> "AssignForm":
        self.process(obj=row)
        self.version.data = str(row.version)
        return self

    def value(self) -> Assignment:
        return Assignment(
            title=given(self.title),
            due_on=given(self.due_on),
            person_in_charge_id=self.person_in_charge_id.data,
            weight=given(self.weight),
            expected_evidence=self.expected_evidence.data or "",
            due_zone=self.due_zone.data,
        )

    def passes(self, last: date | None) -> bool:
        """The date lies after the letter's, and this person has not yet been told so."""
        day = self.due_on.data
        return day is not None and last is not None and day > last and self.warned.data != day.isoformat()

    def warn(self) -> None:
        """From now on this date is sent knowingly."""
        self.warned.data = given(self.due_on).isoformat()


class BulkForm(WorkForm):
    due_zone = SelectField(
        _("Tenggat berakhir pukul 23.59"),
        default=AS_LETTERS,
        description=_("Bila suratnya tidak menyebut zona, berlaku waktu setempat unit."),
    )
    person = RadioField(_("Penanggung jawab"), [InputRequired()], default=HEAD)
    chosen = HiddenField()
    """The ids of the recommendations that the preview showed."""

    def offer(self) -> "BulkForm":
        as_letters = gettext("zona pada suratnya masing-masing")
        self.due_zone.choices = [(AS_LETTERS, as_letters), *zone_choices()]
        self.person.choices = [
            (HEAD, gettext("Kepala tiap unit")),
            (NOBODY, gettext("Belum ditentukan: semua petugas unit")),
        ]
        return self

    def ids(self) -> list[int]:
        parts = (self.chosen.data or "").split(",")
        return sorted({int(each) for each in parts if each.isascii() and each.isdigit() and len(each) < 10})

    def bulk(self) -> BulkAssignment:
        return BulkAssignment(
            title=given(self.title),
            due_on=given(self.due_on),
            weight=given(self.weight),
            expected_evidence=self.expected_evidence.data or "",
            to_heads=self.person.data == HEAD,
            due_zone=self.due_zone.data or None,
        )
