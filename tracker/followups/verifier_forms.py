"""What a verifier fills in: to accept, to return, to hold, to cancel, and what comes of the recommendation."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.followups.assigning import Assignment
from tracker.followups.models import FollowUp
from tracker.followups.states import HoldKind
from tracker.followups.verifying import ASSESS, WHAT_NEXT, Judgement
from tracker.kit import formats
from tracker.kit.forms import Form, RadioField, SelectField, given
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.recommendations.forms import key_or_none, short

LONGEST = 5000
ADEQUATE, NOT_YET = "sesuai", "belum"
BOTH = N_("Pilih salah satu: tindak lanjut baru, atau membuka kembali yang lama.")
NEW_DUE = N_("Isi tenggat tindak lanjut yang baru.")


class JudgingForm(Form[tuple[str, Judgement | None]]):
    """A text, and the judgement of the recommendation where it is asked for."""

    assessment = RadioField(
        _("Penilaian rekomendasi"),
        [Optional()],
        choices=[
            (ADEQUATE, _("Sesuai: rekomendasi selesai")),
            (NOT_YET, _("Belum sesuai: masih ada yang harus dikerjakan")),
        ],
        validate_choice=True,
    )
    title = TextAreaField(_("Tindak lanjut baru"), [Length(max=LONGEST)], render_kw={"rows": "2"})
    due_on = DateField(_("Tenggat tindak lanjut baru"), [Optional()])
    reopen = SelectField(_("Atau buka kembali tindak lanjut lama"), [Optional()], coerce=key_or_none)

    def offer(self, follow_up: FollowUp, closed: Sequence[FollowUp], asks: bool) -> "JudgingForm":
        """`closed` are the others of the same recommendation that could be taken up again."""
        self.follow_up, self.closed, self.asks = follow_up, {each.id: each for each in closed}, asks
        self.reopen.choices = [("", gettext("Tidak")), *((each.id, reopen_line(each)) for each in closed)]
        return self

    def judgement(self) -> Judgement | None:
        if not self.asks:
            return None
        if self.assessment.data not in (ADEQUATE, NOT_YET):
            raise Refusal("assessment", ASSESS)
        if self.assessment.data == ADEQUATE:
            return Judgement(adequate=True)
        title = (self.title.data or "").strip()
        if bool(title) == (self.reopen.data is not None):
            raise Refusal("title", BOTH if title else WHAT_NEXT)
        if not title:
            return Judgement(adequate=False, reopen=self.closed[given(self.reopen)])
        if self.due_on.data is None:
            raise Refusal("due_on", NEW_DUE)
        person, zone = self.follow_up.person_in_charge_id, self.follow_up.due_zone
        return Judgement(adequate=False, new=Assignment(title, self.due_on.data, person, due_zone=zone))


class AcceptForm(JudgingForm):
    submission = HiddenField()
    """The receipt that the verifier looked at."""
    note = TextAreaField(_("Catatan untuk unit (bila perlu)"), [Length(max=LONGEST)], render_kw={"rows": "2"})

    def value(self) -> tuple[str, Judgement | None]:
        return self.note.data or "", self.judgement()


class CancelForm(JudgingForm):
    reason = TextAreaField(_("Alasan pembatalan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": "3"})

    def value(self) -> tuple[str, Judgement | None]:
        return given(self.reason), self.judgement()


class ReturnForm(Form[tuple[str, int]]):
    submission = HiddenField()
    missing = TextAreaField(_("Apa yang masih kurang"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": "4"})
    percent = IntegerField(
        _("Capaian terverifikasi (%)"),
        [InputRequired(), NumberRange(0, 99)],
        render_kw={"inputmode": "numeric", "min": "0", "max": "99"},
    )

    def value(self) -> tuple[str, int]:
        return given(self.missing), given(self.percent)


class HoldForm(Form[tuple[HoldKind, str, int | None]]):
    kind = RadioField(_("Menunggu apa"), [InputRequired()])
    fiscal_year = IntegerField(_("Tahun anggaran"), [Optional()], render_kw={"inputmode": "numeric"})
    reason = TextAreaField(_("Alasan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": "3"})

    def offer(self) -> "HoldForm":
        self.kind.choices = [(each.value, formats.label(each)) for each in HoldKind]
        return self

    def value(self) -> tuple[HoldKind, str, int | None]:
        return HoldKind(given(self.kind)), given(self.reason), self.fiscal_year.data


def reopen_line(follow_up: FollowUp) -> str:
    return f"{short(follow_up.title)} ({formats.label(follow_up.status)})"
