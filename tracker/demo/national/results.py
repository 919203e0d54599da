"""Cycles, letters, results and recommendations: some come back year after year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.demo.national.fates import Fate
from tracker.demo.national.people import People
from tracker.demo.national.places import Place
from tracker.demo.national.size import Round, midday
from tracker.demo.national.writer import Writer
from tracker.evaluations.models import AspectScore, Evaluation
from tracker.instruments.models import Aspect, Band, Cycle, Indicator, Instrument
from tracker.instruments.rules import WeightedScore, index
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.rules import text_key
from tracker.recommendations.states import Assessment, CannotReason, Priority

INSTRUMENT = "panrb-2022"
RECOMMENDATIONS = 10
AGAIN = 0.5
"""How much of a unit's recommendations come back in the next cycle."""
MEAN_SCORE, SPREAD = 2.2, 0.7
PRIORITIES = (Priority.HIGH, Priority.MEDIUM, Priority.MEDIUM, Priority.LOW)


@dataclass(frozen=True, slots=True)
class Scheme:
    instrument_id: int
    aspects: tuple[tuple[int, Decimal], ...]
    bands: tuple[tuple[Decimal, int, bool], ...]
    topics: tuple["Topic", ...]

    @classmethod
    def load(cls, session: Session) -> "Scheme":
        instrument = session.scalars(sa.select(Instrument).filter_by(code=INSTRUMENT)).one()
        aspects = session.scalars(sa.select(Aspect).filter_by(instrument_id=instrument.id).order_by(Aspect.position))
        bands = session.scalars(sa.select(Band).filter_by(instrument_id=instrument.id).order_by(Band.lower.desc()))
        asked = sa.select(Indicator).where(Indicator.instrument_id == instrument.id, Indicator.aspect_id.is_not(None))
        return cls(
            instrument.id,
            tuple((aspect.id, aspect.weight) for aspect in aspects),
            tuple((band.lower, band.id, band.priority) for band in bands),
            tuple(Topic.of(each) for each in session.scalars(asked.order_by(Indicator.number))),
        )


@dataclass(frozen=True, slots=True)
class Topic:
    """An indicator, as a recommendation and as work."""

    indicator_id: int
    aspect_id: int
    name: str
    evidence: str
    text: str
    key: str

    @classmethod
    def of(cls, indicator: Indicator) -> "Topic":
        assert indicator.aspect_id is not None
        text = f"Memenuhi dan mendokumentasikan indikator berikut: {indicator.name}"
        return cls(indicator.id, indicator.aspect_id, indicator.name, indicator.evidence, text, text_key(text))


@dataclass(slots=True)
class Said:
    """A recommendation that was written: what the next cycle's one refers to, and what work is given out on."""

    id: int
    topic: Topic
    times: int
    fate: Fate


def write_cycle(writer: Writer, scheme: Scheme, round: Round) -> tuple[int, int]:
    """The keys of a cycle and of its letter."""
    cycle_id = writer.add(
        Cycle,
        code=f"nasional-{round.year}",
        name=f"Data nasional buatan {round.year}",
        instrument_id=scheme.instrument_id,
        year=round.year,
        letter_on=round.letter_on,
        opening_on=round.opening_on,
        is_illustration=True,
    )
    letter_id = writer.add(
        Letter,
        cycle_id=cycle_id,
        number=f"B/{round.year % 100}/PP.00.05/{round.letter_on.year}",
        dated_on=round.letter_on,
        subject=f"Penyampaian Hasil Pemantauan dan Evaluasi Tahun {round.year} (data buatan)",
        sender="Deputi Bidang Pelayanan Publik",
    )
    writer.write()
    return cycle_id, letter_id


def write_result(writer: Writer, scheme: Scheme, chance: Random, place: Place, cycle_id: int) -> bool:
    """A unit's scores in a cycle; whether it is a mentoring priority."""
    level = chance.gauss(MEAN_SCORE, SPREAD)
    scores = [(id, weight, score_near(level, chance)) for id, weight in scheme.aspects]
    official = index([WeightedScore(weight, score) for _, weight, score in scores])
    assert official is not None
    _, band_id, priority = next(band for band in scheme.bands if band[0] <= official)
    evaluation_id = writer.add(
        Evaluation,
        cycle_id=cycle_id,
        unit_id=place.unit_id,
        official_index=official,
        band_id=band_id,
        is_priority=priority,
        printed_agency=place.agency,
        printed_unit=place.unit,
    )
    for aspect_id, _, score in scores:
        writer.add(AspectScore, evaluation_id=evaluation_id, unit_id=place.unit_id, aspect_id=aspect_id, score=score)
    return priority


def score_near(level: float, chance: Random) -> Decimal:
    return Decimal(round(100 * min(5.0, max(0.0, chance.gauss(level, 0.35))))).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Sent:
    """A cycle's results on their way to one unit."""

    cycle_id: int
    letter_id: int
    round: Round
    place: Place
    people: People


def write_recommendations(
    writer: Writer, scheme: Scheme, chance: Random, sent: Sent, before: Sequence[Said]
) -> list[Said]:
    """A unit's recommendations of a cycle, assessed as the work on them will have come out."""
    again = {said.topic.indicator_id: said for said in before if chance.random() < AGAIN}
    fresh = [topic for topic in scheme.topics if topic.indicator_id not in again]
    topics = [said.topic for said in again.values()]
    topics += chance.sample(fresh, max(0, RECOMMENDATIONS - len(topics)))
    return [
        write_recommendation(writer, chance, sent, topic, again.get(topic.indicator_id))
        for topic in topics[:RECOMMENDATIONS]
    ]


def write_recommendation(writer: Writer, chance: Random, sent: Sent, topic: Topic, earlier: Said | None) -> Said:
    times = earlier.times + 1 if earlier else 1
    fate = Fate.drawn(chance, sent.round.is_current, sent.place.confirms)
    id = writer.add(
        Recommendation,
        unit_id=sent.place.unit_id,
        cycle_id=sent.cycle_id,
        letter_id=sent.letter_id,
        aspect_id=topic.aspect_id,
        indicator_id=topic.indicator_id,
        text=topic.text,
        text_key=topic.key,
        priority=Priority.HIGH if times > 2 else chance.choice(PRIORITIES),
        due_on=sent.round.letter_on + timedelta(days=180),
        assessment=fate.assessment,
        repeats_id=earlier.id if earlier else None,
        times=times,
        **cannot(sent, fate),
    )
    return Said(id, topic, times, fate)


def cannot(sent: Sent, fate: Fate) -> dict[str, Any]:
    """Who said that it cannot be followed up, and who agreed, or has not yet."""
    if not fate.cannot_proposed:
        return {}
    proposed = midday(sent.round.until - timedelta(days=20))
    decided = fate.assessment is Assessment.CANNOT
    return {
        "cannot_reason": CannotReason.REORGANISED,
        "cannot_note": "Perangkat daerah digabung menurut peraturan daerah (contoh).",
        "cannot_proposed_by_id": sent.people.assistants[sent.place.area_id],
        "cannot_proposed_at": proposed,
        "cannot_decided_by_id": sent.people.leadership if decided else None,
        "cannot_decided_at": proposed + timedelta(days=3) if decided else None,
    }
