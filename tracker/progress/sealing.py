"""Sealing a cycle before the next evaluation opens: its figures are frozen, chained by hash, and can be checked.

Sealing changes no work and no figure. The seal of the opening closes the cycle for imports; what is open goes on, and
is seen in the next cycle as carried over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.access.acts import Act
from tracker.access.desk import JAKARTA, Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Agency, ServiceUnit
from tracker.evaluations.models import Evaluation
from tracker.events.models import Event
from tracker.followups.models import FollowUp
from tracker.instruments.models import Aspect, Band, Cycle, Instrument
from tracker.instruments.states import CycleStatus
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.progress.kept_models import COPIED, ProgressMove, Seal, SealLine
from tracker.progress.lines import standing_rules
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.progress.operations import chunks
from tracker.progress.queries import is_overdue, locked_units
from tracker.progress.rules import VERSION, expected, standing
from tracker.progress.sealed_rules import FIRST, digest, digest_of_lines, plain, steps_due
from tracker.progress.states import SealStep


def seal(desk: Desk, slot: datetime) -> dict[str, int]:
    """Seal what is due as of the slot, a cycle and step a transaction, and look whether any seal was changed.

    Counts: `seals` made, `lines` in them, `closed` cycles, and seals found `changed`.
    """
    counts = {"seals": 0, "lines": 0, "closed": 0}
    for cycle_id, step, day in all_due(desk, slot.astimezone(JAKARTA).date()):
        with as_machine(desk.session):
            cycle = desk.session.scalars(sa.select(Cycle).filter_by(id=cycle_id)).one()
            made = seal_cycle(desk, cycle, step, day, "")
            if made is not None:
                counts["seals"] += 1
                counts["lines"] += made.units
                counts["closed"] += step is SealStep.T0
        desk.session.commit()
    counts["changed"] = sum(not check(desk, each).is_whole for each in seals_of(desk))
    return counts


def all_due(desk: Desk, today: date) -> list[tuple[int, SealStep, date]]:
    """Cycle, step and day of every seal that should be there and is not."""
    with as_machine(desk.session):
        cycles = desk.all(
            sa.select(Cycle)
            .where(Cycle.status == CycleStatus.OPEN, Cycle.opening_on.is_not(None))
            .order_by(Cycle.opening_on, Cycle.id)
        )
        return [
            (cycle.id, step, day)
            for cycle in cycles
            if cycle.opening_on is not None
            for step, day in steps_due(
                cycle.opening_on, opening_set_on(desk.session, cycle), steps_sealed(desk, cycle), today
            )
        ]


def steps_sealed(desk: Desk, cycle: Cycle) -> frozenset[SealStep]:
    return frozenset(each.step for each in seals_of(desk, cycle))


def opening_set_on(session: Session, cycle: Cycle) -> date | None:
    """The day in Jakarta on which the present date of the opening was set, by the trail; None if it does not say."""
    told = session.execute(
        sa.select(Event.at, Event.changes)
        .where(Event.subject_type == Cycle.__name__, Event.subject_id == cycle.id)
        .order_by(Event.id.desc())
    )
    opening = plain(cycle.opening_on)
    for at, changes in told:
        change = changes.get("opening_on")
        if isinstance(change, list) and change[1] == opening:
            moment: datetime = at
            return moment.astimezone(JAKARTA).date()
    return None


def seal_by_hand(desk: Desk, cycle: Cycle, reason: str) -> Seal:
    """A further seal, with its reason; where the opening has come and none was made for it, it is that one.

    Raises Refusal without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal("reason", N_("Tulis alasannya: segel disimpan untuk selamanya."))
    opened = cycle.opening_on is not None and cycle.opening_on <= desk.today
    step = SealStep.T0 if opened and SealStep.T0 not in steps_sealed(desk, cycle) else SealStep.FURTHER
    made = seal_cycle(desk, cycle, step, desk.today, reason)
    if made is None:
        raise Refusal("", N_("Siklus ini baru saja disegel. Muat ulang halaman ini."))
    return made


def seal_cycle(desk: Desk, cycle: Cycle, step: SealStep, due_on: date, reason: str) -> Seal | None:
    """Freeze the figures of every unit of a cycle as they stand; None where that step has its seal already.

    The units are locked first, as by every act that moves figures, so what is frozen belongs together.
    """
    session = desk.session
    with as_machine(session):
        units = list(session.scalars(sa.select(UnitProgress.unit_id).filter_by(cycle_id=cycle.id)))
        lock(session, sorted(units))
        seals = seals_of(desk)
        of_step = [each for each in seals if each.cycle_id == cycle.id and each.step is step]
        if of_step and step is not SealStep.FURTHER:
            return None
        lines = list(lines_of(session, cycle, desk))
        made = Seal(
            cycle_id=cycle.id,
            step=step,
            number=len(of_step) + (step is SealStep.FURTHER),
            due_on=due_on,
            at=desk.now,
            sealed_by_id=desk.actor.id,
            sealed_by=desk.actor.name,
            reason=reason,
            rules_version=VERSION,
            terms=terms_of(session, cycle),
            units=len(lines),
            lines_hash=digest_of_lines((line["unit_id"], line["hash"]) for line in lines),
            previous_hash=seals[-1].hash if seals else FIRST,
        )
        made.hash = digest(values_of(made))
        session.add(made)
        session.flush()
        desk.add_all(SealLine, [line | {"seal_id": made.id} for line in lines])
    if step is SealStep.T0:
        cycle.move(Act.SEAL_CYCLE)
    desk.record(Act.SEAL_CYCLE, cycle, reason or step.value)
    return made


def lock(session: Session, units: Sequence[int]) -> None:
    """On SQLite the transaction is the only writer already."""
    if session.get_bind().dialect.name == "postgresql":
        for some in chunks(units):
            session.execute(locked_units(), {"units": list(some)}).all()


NOT_HASHED = frozenset({"id", "seal_id", "hash"})


def values_of(row: Seal | SealLine) -> dict[str, Any]:
    """All that a row says, but for its own hash and its number."""
    mapper: Any = sa.inspect(type(row))
    names = [column.key for column in mapper.column_attrs]
    return {name: getattr(row, name) for name in names if name not in NOT_HASHED}


def terms_of(session: Session, cycle: Cycle) -> dict[str, Any]:
    """What the figures were computed with, as texts."""
    scheme = session.scalars(
        sa.select(Instrument)
        .filter_by(id=cycle.instrument_id)
        .options(selectinload(Instrument.aspects), selectinload(Instrument.bands))
    ).one()
    margins = standing_rules(session)
    return {
        "cycle": cycle.code,
        "instrument": scheme.code,
        "scale": plain(scheme.scale_max),
        "f02_share": plain(scheme.f02_share),
        "weights": {aspect.code: plain(aspect.weight) for aspect in scheme.aspects},
        "bands": {band.letter: plain(band.lower) for band in scheme.bands},
        "letter_on": plain(cycle.letter_on),
        "opening_on": plain(cycle.opening_on),
        "on_track_within": plain(margins.on_track_within),
        "at_risk_within": plain(margins.at_risk_within),
    }


def lines_of(session: Session, cycle: Cycle, desk: Desk) -> Iterator[dict[str, Any]]:
    """A line per unit with figures in the cycle, each with its hash; four queries."""
    today = desk.now.astimezone(JAKARTA).date()
    standard, margins = expected(today, cycle.letter_on, cycle.opening_on), standing_rules(session)
    aspects = aspects_by_unit(session, cycle)
    late: Mapping[int, int] = dict(
        session.execute(
            sa.select(FollowUp.unit_id, sa.func.count())
            .where(FollowUp.cycle_id == cycle.id, is_overdue(desk.now))
            .group_by(FollowUp.unit_id)
        ).all()
    )
    for row in session.execute(units_to_seal(cycle)).mappings():
        line = dict(row) | {
            "overdue": late.get(row["unit_id"], 0),
            "is_priority": bool(row["is_priority"]),
            "band": row["band"] or "",
            "verified_exact": row["verified_exact"] or "",
            "claimed_exact": row["claimed_exact"] or "",
            "expected": standard,
            "standing": standing(row["verified"], standard, margins).value,
            "aspects": aspects.get(row["unit_id"], {}),
        }
        yield line | {"hash": digest(line)}


def units_to_seal(cycle: Cycle) -> sa.Select[Any]:
    last = (
        sa.select(sa.func.max(ProgressMove.id))
        .where(ProgressMove.unit_id == UnitProgress.unit_id, ProgressMove.cycle_id == UnitProgress.cycle_id)
        .correlate(UnitProgress)
        .scalar_subquery()
    )
    of_result = sa.and_(Evaluation.unit_id == UnitProgress.unit_id, Evaluation.cycle_id == UnitProgress.cycle_id)
    return (
        sa.select(
            UnitProgress.unit_id,
            ServiceUnit.name.label("unit_name"),
            ServiceUnit.agency_id,
            Agency.name.label("agency_name"),
            ServiceUnit.area_id,
            Evaluation.official_index,
            Evaluation.computed_index,
            Evaluation.is_priority,
            Band.letter.label("band"),
            *(getattr(UnitProgress, name) for name in COPIED),
            ProgressMove.id.label("move_id"),
            ProgressMove.verified_to.label("verified_exact"),
            ProgressMove.claimed_to.label("claimed_exact"),
        )
        .join(ServiceUnit, ServiceUnit.id == UnitProgress.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .outerjoin(Evaluation, of_result)
        .outerjoin(Band, Band.id == Evaluation.band_id)
        .outerjoin(ProgressMove, ProgressMove.id == last)
        .where(UnitProgress.cycle_id == cycle.id)
        .order_by(UnitProgress.unit_id)
    )


def aspects_by_unit(session: Session, cycle: Cycle) -> dict[int, dict[str, list[str | None]]]:
    """Unit -> aspect code -> [verified, claimed], as texts."""
    found: dict[int, dict[str, list[str | None]]] = {}
    rows = session.execute(
        sa.select(AspectProgress.unit_id, Aspect.code, AspectProgress.verified, AspectProgress.claimed)
        .join(Aspect, Aspect.id == AspectProgress.aspect_id)
        .where(AspectProgress.cycle_id == cycle.id)
    )
    for unit_id, code, verified, claimed in rows:
        found.setdefault(unit_id, {})[code] = [plain(verified), plain(claimed)]
    return found


def seals_of(desk: Desk, cycle: Cycle | None = None) -> list[Seal]:
    """All seals, or those of a cycle, the oldest first."""
    which = () if cycle is None else (Seal.cycle_id == cycle.id,)
    return desk.all(sa.select(Seal).where(*which).options(joinedload(Seal.cycle)).order_by(Seal.id))


@dataclass(frozen=True, slots=True)
class SealCheck:
    """What a check of a seal found: `changed` are the units whose line is not what was sealed."""

    head_is_whole: bool
    chain_is_whole: bool
    lines_are_whole: bool
    changed: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.head_is_whole and self.chain_is_whole and self.lines_are_whole and not self.changed


def check(desk: Desk, seal: Seal) -> SealCheck:
    """Hash everything again, at the machine's desk, as every line counts, also those the reader cannot see."""
    session: Session = desk.session
    with as_machine(session):
        lines = stored_lines(session, seal)
        before = session.scalar(sa.select(Seal.hash).where(Seal.id < seal.id).order_by(Seal.id.desc()).limit(1))
    return SealCheck(
        head_is_whole=digest(values_of(seal)) == seal.hash,
        chain_is_whole=seal.previous_hash == (before or FIRST),
        lines_are_whole=digest_of_lines((line["unit_id"], line["hash"]) for line in lines) == seal.lines_hash
        and len(lines) == seal.units,
        changed=tuple(line["unit_id"] for line in lines if digest(without(line)) != line["hash"]),
    )


def stored_lines(session: Session, seal: Seal) -> list[dict[str, Any]]:
    table: list[Any] = [
        getattr(SealLine, column.key)
        for column in sa.inspect(SealLine).column_attrs
        if column.key not in ("id", "seal_id")
    ]
    rows = session.execute(sa.select(*table).where(SealLine.seal_id == seal.id)).mappings()
    return [dict(row) for row in rows]


def without(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in NOT_HASHED}
