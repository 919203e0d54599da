"""Changing an instrument in the site: as lines that a person writes, checked whole before anything is kept."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.instruments.models import Aspect, Band, Cycle, Indicator, Instrument
from tracker.instruments.rules import AspectFacts, BandBound, IndicatorFacts, InstrumentFacts, problems_of
from tracker.instruments.states import Source
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

SUFFIX = re.compile(r"-v(\d+)$")


@dataclass(frozen=True, slots=True)
class Draft:
    """An instrument as the form holds it. An aspect, band or indicator without anything in it is left out."""

    facts: InstrumentFacts
    name: str
    source: Source
    legal_basis: str
    certainty: str
    evidence: tuple[str, ...] = ()
    """The usual evidence of each indicator, in their order."""


def decimal(text: str) -> Decimal | None:
    """A figure with a decimal comma or point; None for an empty text. ValueError for anything else."""
    written = text.strip().replace(",", ".")
    if not written:
        return None
    try:
        figure = Decimal(written)
    except InvalidOperation:
        raise ValueError(text) from None
    if not figure.is_finite() or abs(figure) >= 100_000:
        raise ValueError(text)
    return figure


def is_used(desk: Desk, instrument: Instrument) -> bool:
    """A cycle uses it: from then on it is changed only as a new version."""
    return desk.session.scalar(sa.select(Cycle.id).filter_by(instrument_id=instrument.id).limit(1)) is not None


def edit(desk: Desk, instrument: Instrument, draft: Draft) -> None:
    """Put an unused instrument as the draft has it; refused with everything that is wrong about it."""
    if is_used(desk, instrument):
        raise Refusal("", N_("Instrumen ini sudah dipakai sebuah siklus. Buatlah versi baru untuk mengubahnya."))
    for problem in problems_of(draft.facts):
        raise Refusal(problem.field, problem.message, **problem.values)
    facts = draft.facts
    assert facts.valid_from is not None
    instrument.name, instrument.source = draft.name, draft.source
    instrument.legal_basis, instrument.certainty = draft.legal_basis, draft.certainty
    instrument.valid_from, instrument.valid_to = facts.valid_from, facts.valid_to
    instrument.scale_max, instrument.f02_share, instrument.f03_share = (
        facts.scale_max,
        facts.f02_share,
        facts.f03_share,
    )
    with desk.session.no_autoflush:
        gone = put_aspects(instrument, facts.aspects)
        put_indicators(desk, instrument, facts.indicators, draft.evidence)
        desk.session.flush()
        for aspect in gone:
            desk.session.delete(aspect)  # not taken out of the list first: a part must still know its whole
        put_bands(desk, instrument, facts.bands)
    flag_modified(instrument, "name")  # a change of a part makes a new version of the whole
    desk.record(Act.EDIT_INSTRUMENT, instrument)


def put_aspects(instrument: Instrument, wanted: tuple[AspectFacts, ...]) -> list[Aspect]:
    """Those that keep their code keep their row. Says which are no longer wanted; indicators may still hang on them."""
    known = {aspect.code: aspect for aspect in instrument.aspects}
    for position, each in enumerate(wanted):
        aspect = known.pop(each.code, None)
        if aspect is None:
            aspect = Aspect(code=each.code, name="", weight=each.weight, position=position)
            instrument.aspects.append(aspect)
        aspect.position, aspect.name, aspect.name_en, aspect.weight = position, each.name, each.name_en, each.weight
    return list(known.values())


def put_bands(desk: Desk, instrument: Instrument, wanted: tuple[BandBound, ...]) -> None:
    """All anew where one differs: bounds that change places would meet on their way."""
    present = {(b.letter, b.lower, b.priority, b.name, b.name_en, b.zone) for b in instrument.bands}
    if present == {(b.letter, b.lower, b.priority, b.name, b.name_en, b.zone or "") for b in wanted}:
        return
    for band in instrument.bands:
        desk.session.delete(band)
    desk.session.flush()
    desk.session.expire(instrument, ["bands"])
    instrument.bands += [
        Band(letter=b.letter, lower=b.lower, priority=b.priority, name=b.name, name_en=b.name_en, zone=b.zone or "")
        for b in wanted
    ]


def put_indicators(
    desk: Desk, instrument: Instrument, wanted: tuple[IndicatorFacts, ...], evidence: tuple[str, ...]
) -> None:
    """Those that keep their number keep their row."""
    known = {indicator.number: indicator for indicator in instrument.indicators}
    aspects = {aspect.code: aspect for aspect in instrument.aspects}
    for each, usual in zip(wanted, evidence, strict=True):
        indicator = known.pop(each.number, None)
        if indicator is None:
            indicator = Indicator(number=each.number, name=each.text)
            instrument.indicators.append(indicator)
        indicator.name, indicator.evidence = each.text, usual
        indicator.aspect = aspects.get(each.aspect_code or "")
    for gone in known.values():
        desk.session.delete(gone)


def new_version(desk: Desk, instrument: Instrument) -> Instrument:
    """A copy that may be changed; it says which one it replaces."""
    copy = Instrument(
        code=free_code(desk, instrument.code),
        name=instrument.name,
        source=instrument.source,
        legal_basis=instrument.legal_basis,
        valid_from=instrument.valid_from,
        valid_to=instrument.valid_to,
        scale_max=instrument.scale_max,
        f02_share=instrument.f02_share,
        f03_share=instrument.f03_share,
        certainty=instrument.certainty,
        replaces_id=instrument.id,
    )
    aspects = {each.id: Aspect(**part(each, "position", "code", "name", "name_en", "weight"))
               for each in instrument.aspects}  # fmt: skip
    copy.aspects = list(aspects.values())
    copy.bands = [
        Band(**part(each, "letter", "lower", "name", "name_en", "zone", "priority")) for each in instrument.bands
    ]
    copy.indicators = [
        Indicator(**part(each, "number", "name", "evidence"), aspect=aspects.get(each.aspect_id or 0))
        for each in instrument.indicators
    ]
    desk.add(copy)
    desk.record(Act.EDIT_INSTRUMENT, copy, f"Versi baru dari {instrument.code}.")
    return copy


def part(row: object, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def free_code(desk: Desk, code: str) -> str:
    """panrb-2022 becomes panrb-2022-v2, that one panrb-2022-v3."""
    stem = SUFFIX.sub("", code)
    taken = set(desk.session.scalars(sa.select(Instrument.code).where(Instrument.code.startswith(stem))))
    return next(name for number in range(2, 10_000) if (name := f"{stem}-v{number}") not in taken)
