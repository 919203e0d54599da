"""The readiness summary: at each seal before the opening, what every unit, coordinator and assistant deputy is told."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.desk import JAKARTA, Desk
from tracker.access.scope import as_machine
from tracker.followups.posts import Posts, posts
from tracker.kit import formats
from tracker.kit.words import N_
from tracker.progress.kept_models import Seal, SealLine
from tracker.progress.states import DAYS_BEFORE, SealStep
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import NEWS, Line, Owed, Skip

RULE = "readiness"

OUT_OF_REACH = N_("Penerima tidak lagi menjangkau unit ini.")
WINDOW = timedelta(days=14)
"""How long after the day of a seal its summary is still owed, where nothing could be planned meanwhile."""


class Sealed(NamedTuple):
    """A line of a seal, as far as it says who is to be told."""

    id: int
    unit_id: int
    agency_id: int
    area_id: int | None


def owed(desk: Desk) -> Iterator[Owed]:
    """Officers by the line of their unit; coordinators and assistant deputies once by the seal."""
    with as_machine(desk.session):
        seals = desk.all(sa.select(Seal).where(Seal.step.in_(DAYS_BEFORE), Seal.due_on >= desk.today - WINDOW))
        found = [(seal.id, seal.step, seal.due_on, seal.at.astimezone(JAKARTA).date()) for seal in seals]
        told = {seal.id: lines_of(desk, seal.id) for seal in seals}
    at = posts(desk)
    for seal_id, step, due_on, on in found:
        for line in told[seal_id]:
            for person in at.officers.get(line.unit_id, []):
                yield Owed(person, RULE, SealLine.__name__, line.id, due_on, step.value, on, line.unit_id)
        for person in overseers(at, told[seal_id]):
            yield Owed(person, RULE, Seal.__name__, seal_id, due_on, step.value, on)


def lines_of(desk: Desk, seal_id: int) -> list[Sealed]:
    rows = desk.session.execute(
        sa.select(SealLine.id, SealLine.unit_id, SealLine.agency_id, SealLine.area_id).where(
            SealLine.seal_id == seal_id
        )
    )
    return [Sealed(*row) for row in rows]


def overseers(at: Posts, lines: Sequence[Sealed]) -> list[int]:
    """The coordinators of the agencies and the assistant deputies of the areas, each once."""
    people: dict[int, None] = {}
    for agency_id in sorted({line.agency_id for line in lines}):
        people |= dict.fromkeys(at.coordinators.get(agency_id, []))
    for area_id in sorted({line.area_id for line in lines if line.area_id is not None}):
        people |= dict.fromkeys(at.deputies(area_id))
    return list(people)


def read(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    """What was sealed, at the reader's desk: of one unit, or of all that they reach."""
    ids = {row.subject_id for row in reminders if row.subject_type == SealLine.__name__}
    query = sa.select(SealLine).where(SealLine.id.in_(ids)).options(joinedload(SealLine.seal).joinedload(Seal.cycle))
    of_unit = {line.id: line for line in desk.all(query)} if ids else {}
    found: dict[int, Line | Skip] = {}
    for row in reminders:
        if row.subject_type == SealLine.__name__:
            line = of_unit.get(row.subject_id)
            found[row.id] = unit_line(line) if line else Skip(OUT_OF_REACH)
        else:
            found[row.id] = whole_line(desk, row.subject_id)
    return found


def unit_line(line: SealLine) -> Line:
    """ "Evaluasi berikutnya dibuka 1 Juni 2026 · Disdukcapil · terverifikasi 45,00%; …"."""
    cycle = line.seal.cycle
    text = _(
        "%(opening)s · %(unit)s: terverifikasi %(verified)s, masih terbuka %(open)s, menunggu verifikator %(waiting)s,"
        " proyeksi indeks %(projected)s (bukan hasil evaluasi)",
        opening=opening_in_words(line.seal),
        unit=line.unit_name,
        verified=formats.percent(line.verified) if line.verified is not None else _("belum ada data"),
        open=formats.number(line.with_unit + line.with_coordinator + line.on_hold),
        waiting=formats.number(line.with_verifier),
        projected=formats.number(line.projected, 2) if line.projected is not None else _("belum dapat dihitung"),
    )
    return Line(text=text, path=f"/siklus/{cycle.id}/kesiapan", group=NEWS, unit=str(line.unit_id))


def whole_line(desk: Desk, seal_id: int) -> Line | Skip:
    """The units of a seal within the reader's reach, in one line."""
    row = desk.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.avg(SealLine.verified),
            sa.func.sum(SealLine.with_unit + SealLine.with_coordinator + SealLine.on_hold),
            sa.func.sum(SealLine.with_verifier),
        ).where(SealLine.seal_id == seal_id)
    ).one()
    seal = desk.session.scalars(sa.select(Seal).filter_by(id=seal_id).options(joinedload(Seal.cycle))).one()
    units, verified, still_open, waiting = row
    if not units:
        return Skip(OUT_OF_REACH)
    text = _(
        "%(opening)s · %(units)s unit: rata-rata terverifikasi %(verified)s, masih terbuka %(open)s, menunggu"
        " verifikator %(waiting)s",
        opening=opening_in_words(seal),
        units=formats.number(units),
        verified=formats.percent(verified) if verified is not None else _("belum ada data"),
        open=formats.number(still_open),
        waiting=formats.number(waiting),
    )
    return Line(text=text, path=f"/siklus/{seal.cycle_id}/kesiapan", group=NEWS)


def opening_in_words(seal: Seal) -> str:
    opening = seal.cycle.opening_on
    if opening is None or seal.step is SealStep.T0:
        return str(_("Evaluasi berikutnya dibuka"))
    return str(_("Evaluasi berikutnya dibuka %(day)s", day=formats.date_in_words(opening)))


DUTY = Duty(RULE, N_("Ringkasan kesiapan menjelang evaluasi"), owed, read)
