"""What narrows the pattern of complaints, and what is chosen to link them."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import DateField
from wtforms.validators import InputRequired, Optional

from tracker.complaints.patterns import About, Outcome, Pattern, Per, a_year_before
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField
from tracker.recommendations.forms import key_or_none
from tracker.recommendations.models import Recommendation

ABOUT = {
    About.ASPECT: _("Aspek"),
    About.SERVICE: _("Jenis layanan"),
    About.INDICATOR: _("Indikator"),
    About.TOPIC: _("Kategori"),
}
PER = {Per.UNIT: _("Unit"), Per.AGENCY: _("Instansi"), Per.AREA: _("Wilayah pembinaan")}
LONGEST_VALUE = 300


class PatternForm(Form[Pattern]):
    """The filter stands in the address; without one, the past twelve months by aspect and unit."""

    menurut = SelectField(_("Dikelompokkan menurut"), [Optional()], choices=list(ABOUT.items()))
    per = SelectField(_("Tempat"), [Optional()], choices=list(PER.items()))
    dari = DateField(_("Diterima sejak"), [Optional()])
    sampai = DateField(_("Diterima sampai"), [Optional()])

    def pattern(self, args: "MultiDict[str, str]", today: date) -> Pattern:
        """What the address asks for; a date or choice that makes no sense is left out, and its error shown."""
        until = self.sampai.data if not self.sampai.errors else None
        since = self.dari.data if not self.dari.errors else None
        until = until or today
        about, outcome = self.menurut.data, args.get("hasil", "")
        return Pattern(
            since or a_year_before(until),
            until,
            About(about) if about in set(About) else About.ASPECT,
            args.get("nilai", "")[:LONGEST_VALUE],
            _key(args, "unit"),
            _key(args, "instansi"),
            _key(args, "wilayah"),
            Outcome(outcome) if outcome in set(Outcome) else None,
        )

    @property
    def place(self) -> Per:
        return Per(self.per.data) if self.per.data in set(Per) else Per.UNIT


def _key(args: "MultiDict[str, str]", name: str) -> int | None:
    """A row by its number; what no database can hold as one names nothing."""
    found = args.get(name, None, int)
    return found if found is None or 0 <= found < 2**31 else -1


class LinkForm(Form[int]):
    recommendation_id = SelectField(_("Rekomendasi"), [InputRequired()], coerce=key_or_none)

    def offer(self, recommendations: list[Recommendation]) -> "LinkForm":
        choices: dict[str, list[tuple[Any, str]]] = {}
        for each in recommendations:
            told = f"{formats.in_language(each.aspect)}: {each.text[:110]}"
            choices.setdefault(each.cycle.name or each.cycle.code, []).append((each.id, told))
        self.recommendation_id.choices = choices
        return self

    def value(self) -> int:
        return int(self.recommendation_id.data)
