"""What is filled in around and in a meeting: what a unit prepares, commitments, the close, corrections."""

import hashlib
from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.directory.models import User
from tracker.instruments.models import Aspect
from tracker.kit.formats import in_language
from tracker.kit.forms import Form, SelectField, SelectMultipleField, as_text, given
from tracker.mentoring.committing import CommitmentLine
from tracker.mentoring.holding import Prepared
from tracker.mentoring.models import Commitment, Preparation, SessionUnit
from tracker.recommendations.forms import key_or_none
from tracker.recommendations.models import Recommendation

LONGEST = 5000
NOT_THERE = "0"


class PrepareForm(Form[Prepared]):
    """One aspect. `seen` says what the page showed, so that only what this person changed is held against the rest."""

    activity = TextAreaField(_("Yang sudah dilakukan"), [Length(max=LONGEST)], render_kw={"rows": "3"})
    obstacle = TextAreaField(_("Hambatan"), [Length(max=LONGEST)], render_kw={"rows": "2"})
    plan = TextAreaField(_("Rencana"), [Length(max=LONGEST)], render_kw={"rows": "3"})
    seen = HiddenField()

    def fill(self, row: Preparation | None) -> "PrepareForm":
        if row is not None:
            self.activity.data, self.obstacle.data, self.plan.data = row.activity, row.obstacle, row.plan
        self.version.data = str(row.version) if row is not None else NOT_THERE
        self.seen.data = digest(self.value())
        return self

    def value(self) -> Prepared:
        said = (as_text(field.data).strip() for field in (self.activity, self.obstacle, self.plan))
        return Prepared(*said)

    @property
    def is_changed(self) -> bool:
        return bool(self.seen.data) and self.seen.data != digest(self.value())

    def is_stale(self, row: Preparation | None) -> bool:
        """Somebody else saved this aspect after the page was shown, and wrote something else than is typed here."""
        if row is None or self.version.data == str(row.version):
            return False
        return self.value() != Prepared(row.activity, row.obstacle, row.plan)

    def standing(self, row: Preparation) -> dict[str, str]:
        """By the names that the fields have on a page with an aspect beside the other."""
        texts = ((self.activity, row.activity), (self.obstacle, row.obstacle), (self.plan, row.plan))
        return {field.name: text for field, text in texts}

    def compare(self, row: Preparation) -> None:
        super().compare(row)
        self.seen.raw_data = None
        self.seen.data = digest(Prepared(row.activity, row.obstacle, row.plan))


def digest(prepared: Prepared) -> str:
    text = "\x1f".join((prepared.activity, prepared.obstacle, prepared.plan)).replace("\r\n", "\n")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class CommitmentForm(Form[CommitmentLine]):
    """One line, for one, several or all units. People and recommendations are offered where it is for one."""

    all_units = BooleanField(_("Semua unit peserta"))
    units = SelectMultipleField(
        _("Unit"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    aspect_id = SelectField(_("Aspek"), [InputRequired()], coerce=key_or_none)
    text = TextAreaField(_("Apa yang akan dikerjakan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": "3"})
    due_on = DateField(_("Batas waktu"), [InputRequired()])
    person_in_charge_id = SelectField(_("Penanggung jawab"), [Optional()], coerce=key_or_none)
    person_in_charge = StringField(_("Penanggung jawab lain"), [Length(max=200)])
    recommendation_id = SelectField(_("Rekomendasi yang dipenuhi"), [Optional()], coerce=key_or_none)
    only_for = HiddenField()
    """The unit whose people and recommendations were offered."""

    def offer(
        self,
        lines: Sequence[SessionUnit],
        aspects: Sequence[Aspect],
        people: Sequence[User] = (),
        recommendations: Sequence[Recommendation] = (),
    ) -> "CommitmentForm":
        self.units.choices = [(line.unit_id, by_place(line)) for line in lines]
        self.aspect_id.choices = [("", gettext("Pilih aspek")), *((each.id, in_language(each)) for each in aspects)]
        nobody = ("", gettext("Belum ditentukan: semua petugas unit"))
        self.person_in_charge_id.choices = [nobody, *((each.id, each.name) for each in people)]
        new = ("", gettext("Rekomendasi baru, atau yang bunyinya sama"))
        self.recommendation_id.choices = [new, *((each.id, each.text) for each in recommendations)]
        return self

    def fill(self, row: Commitment) -> "CommitmentForm":
        self.units.data = [row.unit_id]
        self.aspect_id.data, self.text.data, self.due_on.data = row.aspect_id, row.text, row.due_on
        self.person_in_charge_id.data, self.person_in_charge.data = row.person_in_charge_id, row.person_in_charge
        self.recommendation_id.data, self.version.data = row.recommendation_id, str(row.version)
        return self

    def value(self) -> CommitmentLine:
        everybody = [choice[0] for choice in self.offered_units]
        units = everybody if self.all_units.data else list(self.units.data or [])
        return CommitmentLine(
            unit_ids=tuple(units),
            aspect_id=given(self.aspect_id),
            text=given(self.text),
            due_on=given(self.due_on),
            person_in_charge=self.person_in_charge.data or "",
            person_in_charge_id=self.person_in_charge_id.data,
            recommendation_id=self.recommendation_id.data,
        )

    @property
    def offered_units(self) -> list[tuple[int, str]]:
        return [(each.value, each.label) for each in self.units.choices]


def by_place(line: SessionUnit) -> str:
    """Many units bear the same name, so that the place comes first."""
    unit = line.unit
    return unit.place if unit.is_root else f"{unit.place}, {unit.name}"


class LineForm(Form[str]):
    """A commitment typed in one line."""

    version = None  # type: ignore[assignment]  # nothing is edited, and the page has another form with one
    line = StringField(_("Komitmen dalam satu baris"), [InputRequired(), Length(max=LONGEST)])

    def value(self) -> str:
        return str(given(self.line))


class CloseForm(Form[tuple[str, str]]):
    conclusion = TextAreaField(_("Kesimpulan"), [Length(max=LONGEST)], render_kw={"rows": "4"})
    record_number = StringField(_("Nomor berita acara"), [Length(max=60)])

    def value(self) -> tuple[str, str]:
        return self.conclusion.data or "", self.record_number.data or ""


class CorrectionForm(Form[tuple[str, str]]):
    text = TextAreaField(_("Koreksi"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": "3"})
    reason = TextAreaField(_("Alasan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": "2"})

    def value(self) -> tuple[str, str]:
        return given(self.text), given(self.reason)
