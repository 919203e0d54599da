"""What is filled in to plan a session: its days one by one, each message beside the field it is about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, Field, HiddenField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from tracker.directory.models import SupervisionArea
from tracker.instruments.models import Cycle
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField, given
from tracker.mentoring.models import MentoringSession
from tracker.mentoring.planning import BACKWARDS, NO_LINK, OVERLAP, SessionPlan
from tracker.mentoring.states import Mode

MOST_DAYS = 10
ZONES = {"Asia/Jakarta": "Jakarta", "Asia/Makassar": "Makassar", "Asia/Jayapura": "Jayapura"}


class ClockField(TimeField):
    """A time of the day, also as it is written here: 09.00."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        typed = str(valuelist[0]).strip().replace(".", ":") if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = time.fromisoformat(typed.zfill(5) if ":" in typed else f"{int(typed):02d}:00")
        except ValueError:
            raise ValueError(gettext("Tulis jam seperti 09.00.")) from None


def key_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


@dataclass(frozen=True, slots=True)
class DayRow:
    """The three fields of a day."""

    number: int
    day: Field
    start: Field
    end: Field

    @property
    def is_empty(self) -> bool:
        """Not filled in at all: a day that is not wanted."""
        return not any((field.raw_data or [""])[0] if field.raw_data else field.data for field in self.fields)

    @property
    def fields(self) -> tuple[Field, Field, Field]:
        return self.day, self.start, self.end

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """The day as moments; None while something of it is missing."""
        if self.day.data is None or self.start.data is None or self.end.data is None:
            return None
        start, end = (datetime.combine(self.day.data, at.data, zone).astimezone(UTC) for at in (self.start, self.end))
        return start, end


class PlanForm(Form[SessionPlan]):
    """A session as it is planned, changed or copied. `form_with` makes it with as many days as are asked for."""

    days_shown = HiddenField()
    title = StringField(_("Judul sesi"), [InputRequired(), Length(max=300)])
    series = StringField(_("Seri (bila ada)"), [Length(max=300)])
    mode = SelectField(_("Cara bertemu"), coerce=Mode)
    link = StringField(_("Tautan rapat"), [Length(max=1000)], render_kw={"inputmode": "url"})
    place = StringField(_("Tempat"), [Length(max=1000)])
    zone = SelectField(_("Zona waktu"))
    cycle_id = SelectField(_("Siklus"), [InputRequired()], coerce=key_or_none)
    host_area_id = SelectField(_("Wilayah penyelenggara"), [Optional()], coerce=key_or_none)
    host = StringField(_("Penyelenggara"), [Length(max=300)])
    speakers = TextAreaField(_("Narasumber"), [Length(max=5000)], render_kw={"rows": "3"})
    agenda = TextAreaField(_("Acara"), [Length(max=10000)], render_kw={"rows": "5"})
    letter_number = StringField(_("Nomor surat undangan"), [Length(max=64)])
    assignment_number = StringField(_("Nomor surat tugas"), [Length(max=64)])

    needs_area = False
    speakers_now: Sequence[str] = ()
    """Who stands in the plan, to be compared with after somebody else saved first."""

    @property
    def rows(self) -> list[DayRow]:
        numbers = range(1, MOST_DAYS + 1)
        return [
            DayRow(n, self[f"day_{n}"], self[f"start_{n}"], self[f"end_{n}"]) for n in numbers if f"day_{n}" in self
        ]

    def offer(self, cycles: Iterable[Cycle], areas: Sequence[SupervisionArea], across_areas: bool) -> "PlanForm":
        """What may be chosen; `across_areas` where a session may belong to no single one."""
        self.mode.choices = [(mode, formats.label(mode)) for mode in Mode]
        zones = dict.fromkeys([*ZONES, self.zone.data] if known_zone(self.zone.data) else ZONES)
        self.zone.choices = [(zone, f"{formats.zone_name(zone)} ({ZONES.get(zone, zone)})") for zone in zones]
        self.cycle_id.choices = [
            ("", gettext("Pilih siklus")),
            *((cycle.id, cycle.name or cycle.code) for cycle in cycles),
        ]
        self.needs_area = not across_areas
        none = [("", gettext("Lintas wilayah"))] if across_areas else []
        self.host_area_id.choices = [*none, *((area.id, area.name) for area in areas)]
        return self

    def fill(self, row: MentoringSession, speakers: Sequence[str] = ()) -> "PlanForm":
        """Show what stands now; `version` is what a later save is compared with."""
        zone = ZoneInfo(row.zone)
        data: dict[str, Any] = {}
        for number, day in enumerate(row.days, start=1):
            start, end = day.starts_at.astimezone(zone), day.ends_at.astimezone(zone)
            data |= {f"day_{number}": start.date(), f"start_{number}": start.time(), f"end_{number}": end.time()}
        self.process(obj=row, data=data | {"speakers": "\n".join(speakers)})
        self.version.data = str(row.version)
        return self

    def standing(self, row: Any) -> dict[str, Any]:
        shown = type(self)(formdata=None).fill(row, self.speakers_now)
        return {field.name: field.data for field in shown}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        return all([valid, self.days_are_right(), self.can_be_met(), self.has_host()])

    def has_host(self) -> bool:
        """Whoever plans for an area names it, or would not see the session again."""
        if self.needs_area and self.host_area_id.data is None and not self.host_area_id.errors:
            return wrong(self.host_area_id, gettext("Pilih wilayah yang menyelenggarakan sesi ini."))
        return True

    def days_are_right(self) -> bool:
        """Each day has a date, a start and a later end, and no two are at the same time."""
        asked = [row for row in self.rows if not row.is_empty] or self.rows[:1]
        spans: list[tuple[datetime, datetime]] = []
        right = True
        for row in asked:
            for field, missing in zip(row.fields, MISSING, strict=True):
                if field.data is None and not field.errors:
                    right = wrong(field, gettext(missing))
            span = row.span(self.in_zone)
            if span is None:
                right = False
            elif span[1] <= span[0]:
                right = wrong(row.end, gettext(BACKWARDS))
            elif any(span[0] < end and start < span[1] for start, end in spans):
                right = wrong(row.start, gettext(OVERLAP))
            else:
                spans.append(span)
        return right

    def can_be_met(self) -> bool:
        """There is a link to click or a place to go to, as the mode wants."""
        needed = {Mode.ONLINE: (self.link,), Mode.ON_SITE: (self.place,), Mode.HYBRID: (self.link, self.place)}
        missing = [field for field in needed.get(self.mode.data, ()) if not (field.data or "").strip()]
        return not [field for field in missing if not wrong(field, gettext(NO_LINK))]

    @property
    def in_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone.data if known_zone(self.zone.data) else "Asia/Jakarta")

    def value(self) -> SessionPlan:
        spans = [row.span(self.in_zone) for row in self.rows if not row.is_empty]
        return SessionPlan(
            title=given(self.title),
            series=self.series.data or "",
            mode=given(self.mode),
            link=self.link.data or "",
            place=self.place.data or "",
            zone=given(self.zone),
            days=tuple(span for span in spans if span is not None),
            cycle_id=given(self.cycle_id),
            host_area_id=self.host_area_id.data,
            host=self.host.data or "",
            speakers=tuple(line.strip() for line in (self.speakers.data or "").splitlines() if line.strip()),
            agenda=self.agenda.data or "",
            letter_number=self.letter_number.data or "",
            assignment_number=self.assignment_number.data or "",
        )


MISSING = (_("Isi tanggalnya."), _("Isi jam mulainya."), _("Isi jam selesainya."))


def wrong(field: Field, message: str) -> bool:
    """Say what is wrong beside the field; always False."""
    field.errors = [*field.errors, message]
    return False


def known_zone(zone: str | None) -> bool:
    try:
        return bool(zone) and ZoneInfo(str(zone)) is not None
    except (ValueError, OSError, KeyError):
        return False


@cache
def form_with(days: int) -> type[PlanForm]:
    """The form with so many days to fill in."""
    fields: dict[str, Any] = {}
    for n in range(1, days + 1):
        fields[f"day_{n}"] = DateField(_("Tanggal hari ke-%(number)s", number=n), [Optional()])
        fields[f"start_{n}"] = ClockField(_("Jam mulai hari ke-%(number)s", number=n), [Optional()])
        fields[f"end_{n}"] = ClockField(_("Jam selesai hari ke-%(number)s", number=n), [Optional()])
    kind: Any = type(PlanForm)
    return cast(type[PlanForm], kind(f"PlanFormOf{days}", (PlanForm,), fields))


def number_of_days(asked: str | None) -> int:
    """As many as the page showed, within bounds."""
    return min(MOST_DAYS, max(1, int(asked))) if asked and asked.isascii() and asked.isdigit() else 1


def days_of(form: PlanForm) -> Iterator[tuple[datetime, datetime]]:
    """The days that are filled in whole, for what is to be remarked on them."""
    for row in form.rows:
        if (span := row.span(form.in_zone)) is not None:
            yield span
