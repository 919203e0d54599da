"""Writing down what must improve, saying it again in a later cycle, and the letters it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.instruments.models import Aspect, Cycle, Indicator
from tracker.instruments.states import CycleStatus
from tracker.kit.files import Kept
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.queries import may_recur, same_text
from tracker.recommendations.rules import text_key
from tracker.recommendations.states import Origin, Priority

EMPTY = N_("Tulis apa yang harus diperbaiki.")
SEALED = N_("Siklus ini sudah disegel, sehingga tidak menerima rekomendasi baru.")
OTHER_SCHEME = N_("Aspek ini bukan bagian dari instrumen siklusnya.")
OTHER_ASPECT = N_("Indikator ini bukan bagian dari aspek yang dipilih.")
OFF_SCALE = N_("Skor sasaran antara 0 dan %(most)s.")
TWICE = N_("Rekomendasi dengan isi yang sama sudah ada untuk unit, siklus, dan aspek ini.")
OTHER_LETTER = N_("Surat ini bukan surat dari siklusnya.")
NO_NUMBER = N_("Tulis nomor surat.")
TWICE_LETTER = N_("Surat dengan nomor dan tanggal yang sama sudah ada pada siklus ini.")
NOTHING_CHOSEN = N_("Pilih sedikitnya satu rekomendasi.")
NO_LONGER = N_(
    "Sebagian pilihan tidak lagi terbuka atau sudah direkomendasikan kembali. Periksa daftarnya, lalu ulangi."
)
NOT_IN_SCHEME = N_("Aspek “%(aspect)s” tidak ada pada instrumen siklus ini. Tambahkan rekomendasinya lewat formulir.")


@dataclass(frozen=True, slots=True)
class Advice:
    """What a recommendation says. `target_score` is on the instrument's scale."""

    aspect_id: int
    text: str
    indicator_id: int | None = None
    priority: Priority = Priority.MEDIUM
    target_score: Decimal | None = None
    due_on: date | None = None
    letter_id: int | None = None
    origin: Origin = Origin.PLAIN
    addressee: str = ""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """A letter as its head says. The scan, where one is sent, replaces the one before."""

    number: str
    dated_on: date | None = None
    subject: str = ""
    sender: str = ""
    addressee: str = ""
    scan: Kept | None = None


def add_recommendation(desk: Desk, unit: ServiceUnit, cycle: Cycle, advice: Advice) -> Recommendation:
    """Tell a unit what must improve, in a cycle that is still open."""
    if cycle.status is CycleStatus.SEALED:
        raise Refusal("cycle", SEALED)
    check(desk, cycle, advice)
    refuse_twice(desk, None, cycle.id, unit.id, advice)
    recommendation = desk.add(Recommendation(unit_id=unit.id, cycle_id=cycle.id))
    write(recommendation, advice)
    desk.record(Act.ADD_RECOMMENDATION, recommendation)
    return recommendation


def edit_recommendation(desk: Desk, recommendation: Recommendation, advice: Advice, reason: str = "") -> None:
    """Change what is said; the assessment moves by other acts."""
    check(desk, recommendation.cycle, advice)
    refuse_twice(desk, recommendation.id, recommendation.cycle_id, recommendation.unit_id, advice)
    write(recommendation, advice)
    desk.record(Act.EDIT_RECOMMENDATION, recommendation, reason)


def recommend_again(
    desk: Desk, unit: ServiceUnit, cycle: Cycle, chosen: Sequence[int], letter_id: int | None = None
) -> list[Recommendation]:
    """Say in this cycle again what was open before: new recommendations, linked to the old, whose work goes on.

    The aspect is the one of the same code in this cycle's instrument, which may be a later version.
    """
    if cycle.status is CycleStatus.SEALED:
        raise Refusal("cycle", SEALED)
    if not chosen:
        raise Refusal("chosen", NOTHING_CHOSEN)
    open_before = {each.id: each for each in desk.all(may_recur(unit.id, cycle))}
    if set(chosen) - set(open_before):
        raise Refusal("chosen", NO_LONGER)
    return [repeat(desk, open_before[id], cycle, letter_id) for id in dict.fromkeys(chosen)]


def repeat(desk: Desk, earlier: Recommendation, cycle: Cycle, letter_id: int | None) -> Recommendation:
    aspects = {aspect.code: aspect for aspect in cycle.instrument.aspects}
    aspect = aspects.get(earlier.aspect.code)
    if aspect is None:
        raise Refusal("chosen", NOT_IN_SCHEME, aspect=earlier.aspect.name)
    advice = Advice(
        aspect_id=aspect.id,
        text=earlier.text,
        indicator_id=same_indicator(desk, earlier, cycle, aspect),
        priority=earlier.priority,
        target_score=earlier.target_score if cycle.instrument_id == earlier.cycle.instrument_id else None,
        letter_id=letter_id,
        origin=earlier.origin,
        addressee=earlier.addressee or "",
    )
    check(desk, cycle, advice)
    refuse_twice(desk, None, cycle.id, earlier.unit_id, advice)
    again = desk.add(Recommendation(unit_id=earlier.unit_id, cycle_id=cycle.id))
    again.repeats_id, again.times = earlier.id, earlier.times + 1
    write(again, advice)
    desk.record(Act.RECOMMEND_AGAIN, again)
    return again


def same_indicator(desk: Desk, earlier: Recommendation, cycle: Cycle, aspect: Aspect) -> int | None:
    """The indicator of the same number, where this cycle's instrument has it within the aspect."""
    if earlier.indicator is None:
        return None
    query = sa.select(Indicator).filter_by(instrument_id=cycle.instrument_id, number=earlier.indicator.number)
    found = desk.session.scalar(query)
    return found.id if found is not None and found.aspect_id in (None, aspect.id) else None


def add_letter(desk: Desk, cycle: Cycle, facts: LetterFacts) -> Letter:
    check_letter(desk, None, cycle.id, facts)
    letter = desk.add(Letter(cycle_id=cycle.id, added_by_id=desk.actor.id))
    write_letter(letter, facts)
    desk.record(Act.ADD_LETTER, letter)
    return letter


def edit_letter(desk: Desk, letter: Letter, facts: LetterFacts) -> None:
    check_letter(desk, letter.id, letter.cycle_id, facts)
    write_letter(letter, facts)
    desk.record(Act.EDIT_LETTER, letter)


def check(desk: Desk, cycle: Cycle, advice: Advice) -> None:
    if not text_key(advice.text):
        raise Refusal("text", EMPTY)
    aspect = desk.session.scalar(sa.select(Aspect).filter_by(id=advice.aspect_id))
    if aspect is None or aspect.instrument_id != cycle.instrument_id:
        raise Refusal("aspect_id", OTHER_SCHEME)
    if advice.indicator_id is not None:
        indicator = desk.session.scalar(sa.select(Indicator).filter_by(id=advice.indicator_id))
        if (
            indicator is None
            or indicator.instrument_id != cycle.instrument_id
            or indicator.aspect_id not in (None, aspect.id)
        ):
            raise Refusal("indicator_id", OTHER_ASPECT)
    most = cycle.instrument.scale_max
    if advice.target_score is not None and not 0 <= advice.target_score <= most:
        raise Refusal("target_score", OFF_SCALE, most=f"{most.normalize():f}".replace(".", ","))
    if advice.letter_id is not None:
        letter = desk.session.scalar(sa.select(Letter).filter_by(id=advice.letter_id))
        if letter is None or letter.cycle_id != cycle.id:
            raise Refusal("letter_id", OTHER_LETTER)


def refuse_twice(desk: Desk, id: int | None, cycle_id: int, unit_id: int, advice: Advice) -> None:
    with desk.session.no_autoflush:
        twin = desk.session.scalar(same_text(cycle_id, unit_id, advice.aspect_id, text_key(advice.text)))
    if twin is not None and twin.id != id:
        raise Refusal("text", TWICE)


def write(recommendation: Recommendation, advice: Advice) -> None:
    recommendation.aspect_id, recommendation.indicator_id = advice.aspect_id, advice.indicator_id
    recommendation.text = advice.text.strip()
    recommendation.text_key = text_key(advice.text)
    recommendation.priority, recommendation.target_score = advice.priority, advice.target_score
    recommendation.due_on, recommendation.letter_id = advice.due_on, advice.letter_id
    recommendation.origin, recommendation.addressee = advice.origin, advice.addressee.strip() or None


def check_letter(desk: Desk, id: int | None, cycle_id: int, facts: LetterFacts) -> None:
    if not facts.number.strip():
        raise Refusal("number", NO_NUMBER)
    twin = sa.select(Letter).where(
        Letter.cycle_id == cycle_id,
        Letter.number == facts.number.strip(),
        Letter.dated_on.is_not_distinct_from(facts.dated_on),
    )
    with desk.session.no_autoflush:
        if desk.session.scalar(twin if id is None else twin.where(Letter.id != id)) is not None:
            raise Refusal("number", TWICE_LETTER)


def write_letter(letter: Letter, facts: LetterFacts) -> None:
    letter.number, letter.dated_on = facts.number.strip(), facts.dated_on
    letter.subject, letter.sender = facts.subject.strip(), facts.sender.strip()
    letter.addressee = facts.addressee.strip()
    if facts.scan is not None:
        letter.scan_digest, letter.scan_name = facts.scan.digest_kept, facts.scan.name
