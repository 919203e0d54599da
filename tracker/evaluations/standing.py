"""What stands in the directory and in the cycle before an import, for it to be compared with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.actor import Mandate
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.policy import POLICY
from tracker.access.scope import as_machine
from tracker.administration.settings import setting
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.directory.names import agency_key, unit_key
from tracker.directory.queries import calendar_among, corrections_of
from tracker.evaluations.facts import (
    CycleState,
    Fingerprint,
    Grounds,
    KnownAgency,
    KnownRegion,
    KnownRow,
    KnownUnit,
    RecommendationKey,
    Standing,
    Terms,
    Values,
    iso,
    plain,
    score_text,
)
from tracker.evaluations.models import AspectScore, Evaluation, ImportDraft, ImportRow
from tracker.evaluations.states import ImportStatus, RowKind
from tracker.instruments.models import Aspect, Band, Cycle, Indicator, Instrument
from tracker.instruments.rules import AspectFacts, BandBound, IndicatorFacts, InstrumentFacts
from tracker.instruments.states import CycleStatus, Source
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.queries import earlier_cycles


def grounds(session: Session, cycle_id: int) -> Grounds:
    cycle = session.get_one(Cycle, cycle_id)
    instrument = session.get_one(Instrument, cycle.instrument_id)
    aspects, bands = tuple(instrument.aspects), tuple(instrument.bands)
    codes = {aspect.id: aspect.code for aspect in aspects}
    return Grounds(
        CycleState(cycle.id, cycle.code, iso(cycle.letter_on), iso(cycle.opening_on), cycle.status is CycleStatus.OPEN),
        InstrumentFacts(
            instrument.code,
            instrument.scale_max.normalize(),
            tuple(AspectFacts(each.code, each.name, each.name_en, each.weight) for each in aspects),
            tuple(
                BandBound(each.letter, each.lower, each.priority, each.name, each.name_en, each.zone or None)
                for each in bands
            ),
            instrument.f02_share,
            instrument.f03_share,
            tuple(
                IndicatorFacts(each.number, codes.get(each.aspect_id or 0), each.name) for each in instrument.indicators
            ),
            source=instrument.source,
        ),
        {aspect.code: aspect.id for aspect in aspects},
        {band.letter: band.id for band in bands},
        {indicator.number: indicator.id for indicator in instrument.indicators},
        known_regions(session),
        terms_of(session) if instrument.source is Source.OMBUDSMAN else None,
    )


def terms_of(session: Session) -> Terms:
    """The settings in force, and the calendar as it stands now."""
    corrections = corrections_of(session)

    def after(region: str, start: date, days: int) -> date:
        return calendar_among(corrections, region).add(start, days)

    return Terms(setting(session, "ombudsman_days"), setting(session, "ombudsman_binding_days"), after)


def known_regions(session: Session) -> dict[str, KnownRegion]:
    rows = session.execute(
        sa.select(Region.id, Region.code, Region.name, Region.kind, Region.parent_id, Region.area_id)
    ).all()
    areas = {id: area_id for id, _, _, _, _, area_id in rows}
    return {
        code: KnownRegion(id, code, name, kind, areas.get(parent_id, area_id) if parent_id else area_id)
        for id, code, name, kind, parent_id, area_id in rows
    }


def standing(desk: Desk, ground: Grounds) -> Standing:
    """All that an import into this cycle is compared with, also what lies beyond the desk's own units."""
    within = desk.units_for(Act.IMPORT_RESULTS)
    with as_machine(desk.session):
        session = desk.session
        recommendations, as_imported = known_recommendations(session, ground)
        mandates = POLICY[Act.IMPORT_RESULTS].mandates(desk.actor)
        return Standing(
            known_agencies(session, ground),
            known_units(session, ground, within),
            known_evaluations(session, ground),
            recommendations,
            as_imported,
            known_letters(session, ground.cycle.id),
            None if any(mandate.covers_everything for mandate in mandates) else areas_of(mandates),
            frozenset(mandate.agency_id for mandate in mandates if mandate.agency_id is not None),
            fingerprint(session, ground.cycle.id),
        )


def areas_of(mandates: Iterable[Mandate]) -> frozenset[int]:
    return frozenset(mandate.area_id for mandate in mandates if mandate.area_id is not None)


def known_agencies(session: Session, ground: Grounds) -> list[KnownAgency]:
    rows = session.execute(
        sa.select(Agency.id, Agency.name, Region.code).outerjoin(Region, Region.id == Agency.region_id)
    )
    return [KnownAgency(id, name, agency_key(name, region_name(ground, code)), code) for id, name, code in rows]


def known_units(session: Session, ground: Grounds, within: sa.ColumnElement[bool]) -> list[KnownUnit]:
    rows = session.execute(
        sa.select(
            ServiceUnit.id,
            ServiceUnit.agency_id,
            ServiceUnit.name,
            Region.code,
            ServiceUnit.is_root,
            within.label("in"),
        ).outerjoin(Region, Region.id == ServiceUnit.region_id)
    )
    return [
        KnownUnit(id, agency_id, name, unit_key(name, region_name(ground, code)), code, is_root, bool(in_reach))
        for id, agency_id, name, code, is_root, in_reach in rows
    ]


def region_name(ground: Grounds, code: str | None) -> str:
    return ground.regions[code].name if code else ""


def known_evaluations(session: Session, ground: Grounds) -> dict[int, KnownRow]:
    """By unit."""
    cycle_id = ground.cycle.id
    scores: dict[int, Values] = defaultdict(dict)
    of_cycle = (
        sa.select(AspectScore.evaluation_id, Aspect.code, AspectScore.score)
        .join(Evaluation, Evaluation.id == AspectScore.evaluation_id)
        .join(Aspect, Aspect.id == AspectScore.aspect_id)
        .where(Evaluation.cycle_id == cycle_id)
    )
    for evaluation_id, code, score in session.execute(of_cycle):
        scores[evaluation_id][f"score.{code}"] = score_text(score)
    rows = session.execute(
        sa.select(
            Evaluation.id,
            Evaluation.unit_id,
            Evaluation.official_index,
            Evaluation.f03,
            Band.letter,
            Evaluation.imported,
            Evaluation.version,
            Evaluation.priority_set,
            Evaluation.computed_index,
            Evaluation.is_priority,
            Evaluation.printed_agency,
            Evaluation.printed_unit,
            Evaluation.zone,
            Evaluation.opinion,
        )
        .outerjoin(Band, Band.id == Evaluation.band_id)
        .where(Evaluation.cycle_id == cycle_id)
    )
    return {
        unit_id: KnownRow(
            id,
            {"official_index": plain(official), "f03": plain(f03), "band": band, "zone": zone, "opinion": opinion}
            | scores[id],
            imported or {},
            version,
            priority_set,
            {
                "computed_index": plain(computed),
                "is_priority": priority,
                "printed_agency": agency,
                "printed_unit": unit,
            },
        )
        for (
            id,
            unit_id,
            official,
            f03,
            band,
            imported,
            version,
            priority_set,
            computed,
            priority,
            agency,
            unit,
            zone,
            opinion,
        ) in rows
    }


def known_recommendations(
    session: Session, ground: Grounds
) -> tuple[dict[RecommendationKey, KnownRow], dict[RecommendationKey, KnownRow]]:
    rows = session.execute(
        sa.select(
            Recommendation.id,
            Recommendation.unit_id,
            Aspect.code,
            Recommendation.text_key,
            Recommendation.text,
            Recommendation.priority,
            Indicator.number,
            Recommendation.target_score,
            Recommendation.due_on,
            Recommendation.imported,
            Recommendation.version,
            Recommendation.origin,
            Recommendation.addressee,
            Recommendation.letter_id,
            Letter.number,
        )
        .join(Aspect, Aspect.id == Recommendation.aspect_id)
        .outerjoin(Letter, Letter.id == Recommendation.letter_id)
        .outerjoin(Indicator, Indicator.id == Recommendation.indicator_id)
        .where(Recommendation.cycle_id == ground.cycle.id)
    )
    known, as_imported = {}, {}
    for (
        id, unit_id, aspect, key, text, priority, indicator, target, due_on, imported, version, origin, addressee,
        letter_id, letter,
    ) in rows:  # fmt: skip
        values = {
            "aspect": aspect,
            "text": text,
            "priority": priority.value,
            "indicator": str(indicator) if indicator is not None else None,
            "target": plain(target),
            "due_on": iso(due_on),
            "origin": origin.value,
            "addressee": addressee,
            "letter_number": letter,
        }
        row = KnownRow(id, values, imported or {}, version, rest={"text_key": key, "letter_id": letter_id})
        known[unit_id, aspect, key] = row
        if imported:
            as_imported[unit_id, imported.get("aspect", aspect), imported.get("text_key", key)] = row
    return known, as_imported


def known_letters(session: Session, cycle_id: int) -> list[KnownRow]:
    """The cycle's letters, newest first, each with what the last import that named it wrote."""
    letters = session.execute(
        sa.select(
            Letter.id,
            Letter.number,
            Letter.dated_on,
            Letter.subject,
            Letter.sender,
            Letter.addressee,
            Letter.version,
        )
        .where(Letter.cycle_id == cycle_id)
        .order_by(Letter.dated_on.desc().nulls_last(), Letter.id.desc())
    ).all()
    written = (
        sa.select(ImportRow.subject_id, ImportRow.values)
        .join(ImportDraft, ImportDraft.id == ImportRow.draft_id)
        .where(
            ImportRow.kind == RowKind.LETTER,
            ImportDraft.status == ImportStatus.DONE,
            ImportDraft.cycle_id == cycle_id,
            ImportRow.subject_id.is_not(None),
        )
        .order_by(ImportRow.id)
    )
    imported: dict[int, Mapping[str, Any]] = {id: values for id, values in session.execute(written)}  # noqa: C416
    return [
        KnownRow(
            id,
            {"number": number, "dated_on": iso(dated_on), "subject": subject, "sender": sender, "addressee": addressee},
            imported.get(id, {}),
            version,
        )
        for id, number, dated_on, subject, sender, addressee, version in letters
    ]


def previous_recommendations(session: Session, cycle_id: int) -> dict[RecommendationKey, tuple[int, int]]:
    """What the cycle before this one, of the same source, recommended: unit, aspect and text -> (id, times)."""
    cycle = session.get_one(Cycle, cycle_id)
    before = session.scalar(earlier_cycles(cycle).order_by(Cycle.year.desc(), Cycle.id.desc()).limit(1))
    if before is None:
        return {}
    rows = session.execute(
        sa.select(Recommendation.unit_id, Aspect.code, Recommendation.text_key, Recommendation.id, Recommendation.times)
        .join(Aspect, Aspect.id == Recommendation.aspect_id)
        .where(Recommendation.cycle_id == before)
    )
    return {(unit_id, aspect, key): (id, times) for unit_id, aspect, key, id, times in rows}


def fingerprint(session: Session, cycle_id: int) -> Fingerprint:
    """Rows, newest row and sum of versions of all that a preview was compared with: any change changes it."""
    of_cycle: tuple[type[Any], ...] = (Evaluation, Recommendation, Letter)
    marks = [mark(session, kind, kind.cycle_id == cycle_id) for kind in of_cycle]
    marks += [mark(session, kind) for kind in (Agency, ServiceUnit, Region)]
    return [*marks, mark(session, Cycle, Cycle.id == cycle_id)]


def mark(session: Session, kind: type[Any], *criteria: sa.ColumnElement[bool]) -> list[int]:
    counted = sa.select(
        sa.func.count(kind.id),
        sa.func.coalesce(sa.func.max(kind.id), 0),
        sa.func.coalesce(sa.func.sum(kind.version), 0),
    )
    return [int(figure) for figure in session.execute(counted.where(*criteria)).one()]
