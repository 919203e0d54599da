"""How an instrument turns scores into an index and a band, and what makes an instrument complete. Pure."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tracker.instruments.states import Source
from tracker.kit.words import N_

CENT = Decimal("0.01")
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class WeightedScore:
    """An aspect's score on the instrument's scale, and its weight in the index."""

    weight: Decimal
    score: Decimal


@dataclass(frozen=True, slots=True)
class BandBound:
    """A band starts at its lower bound, inclusive, and ends where the next higher one starts."""

    letter: str
    lower: Decimal
    priority: bool = False
    name: str = ""
    name_en: str = ""
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class AspectFacts:
    code: str
    name: str
    name_en: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """One numbered question of the instrument; some stand outside every aspect."""

    number: int
    aspect_code: str | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """All of an instrument that formulas, imports and its own check need. Shares are percentages, or both None."""

    code: str
    scale_max: Decimal
    aspects: tuple[AspectFacts, ...]
    bands: tuple[BandBound, ...]
    f02_share: Decimal | None = None
    f03_share: Decimal | None = None
    indicators: tuple[IndicatorFacts, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    source: Source = Source.PANRB

    @property
    def is_ombudsman(self) -> bool:
        return self.source is Source.OMBUDSMAN


@dataclass(frozen=True, slots=True)
class InstrumentProblem:
    """What keeps an instrument from being used: the field it stands at, and a message with its values."""

    field: str
    message: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


def index(
    parts: Iterable[WeightedScore],
    f02_share: Decimal | None = None,
    f03_share: Decimal | None = None,
    f03: Decimal | None = None,
) -> Decimal | None:
    """Σ weight·score / Σ weight; with shares (percent): f02/100 · that + f03/100 · F-03.

    Rounded half-up to two decimals, once, at the end. None where nothing was scored, and with shares while the
    F-03 figure is not imported: half an index is no index.
    """
    parts = tuple(parts)
    weight = sum((part.weight for part in parts), Decimal(0))
    if not weight:
        return None
    mean = sum((part.weight * part.score for part in parts), Decimal(0)) / weight
    if f02_share is None or f03_share is None:
        return half_up(mean)
    if f03 is None:
        return None
    return half_up((f02_share * mean + f03_share * f03) / WHOLE)


def index_of(instrument: InstrumentFacts, scores: Mapping[str, Decimal], f03: Decimal | None = None) -> Decimal | None:
    """The computed index of scores by aspect code; None as long as one aspect has no score."""
    if any(aspect.code not in scores for aspect in instrument.aspects):
        return None
    parts = (WeightedScore(aspect.weight, scores[aspect.code]) for aspect in instrument.aspects)
    return index(parts, instrument.f02_share, instrument.f03_share, f03)


def band(index: Decimal, bands: Iterable[BandBound]) -> BandBound | None:
    """The band of an index: rounded half-up to two decimals first, then the highest lower bound it reaches.

    None only where no band reaches down to it, which a complete instrument rules out.
    """
    rounded = half_up(index)
    reached = (bound for bound in bands if bound.lower <= rounded)
    return max(reached, key=lambda bound: bound.lower, default=None)


def half_up(figure: Decimal) -> Decimal:
    """Two decimals; a half goes up, as on paper (1.005 becomes 1.01)."""
    return figure.quantize(CENT, ROUND_HALF_UP)


def problems_of(instrument: InstrumentFacts) -> list[InstrumentProblem]:
    """Everything that is wrong with an instrument, all at once; empty for one that may be used."""
    return [
        *scale_problems(instrument),
        *aspect_problems(instrument.aspects),
        *band_problems(instrument),
        *share_problems(instrument.f02_share, instrument.f03_share),
        *indicator_problems(instrument),
    ]


def scale_problems(instrument: InstrumentFacts) -> Iterator[InstrumentProblem]:
    if not instrument.code.strip():
        yield InstrumentProblem("code", N_("Kode instrumen wajib diisi."))
    if not instrument.scale_max.is_finite() or instrument.scale_max <= 0:
        yield InstrumentProblem("scale_max", N_("Skala harus lebih besar dari 0."))
    if instrument.valid_from and instrument.valid_to and instrument.valid_to < instrument.valid_from:
        yield InstrumentProblem("valid_to", N_("Akhir masa berlaku tidak boleh sebelum awalnya."))


def aspect_problems(aspects: tuple[AspectFacts, ...]) -> Iterator[InstrumentProblem]:
    if not aspects:
        yield InstrumentProblem("aspects", N_("Instrumen harus mempunyai sedikitnya satu aspek."))
    for aspect in aspects:
        if not aspect.code.strip() or not aspect.name.strip():
            yield InstrumentProblem("aspects", N_("Setiap aspek harus mempunyai kode dan nama."))
        if not aspect.weight.is_finite() or aspect.weight <= 0:
            yield InstrumentProblem(
                "aspects", N_("Bobot aspek %(name)s harus lebih besar dari 0."), {"name": aspect.name or aspect.code}
            )
    for repeated in twice(aspect.code.strip().casefold() for aspect in aspects):
        yield InstrumentProblem("aspects", N_("Kode aspek %(code)s dipakai lebih dari sekali."), {"code": repeated})
    for repeated in twice(aspect.name.strip().casefold() for aspect in aspects):
        yield InstrumentProblem("aspects", N_("Nama aspek %(name)s dipakai lebih dari sekali."), {"name": repeated})


def band_problems(instrument: InstrumentFacts) -> Iterator[InstrumentProblem]:
    """Bands are known by their lower bounds: together they cover the scale when the lowest starts at 0."""
    bands = instrument.bands
    if not bands:
        yield InstrumentProblem("bands", N_("Instrumen harus mempunyai sedikitnya satu kategori."))
    elif min(bound.lower for bound in bands) != 0:
        yield InstrumentProblem(
            "bands", N_("Kategori terendah harus mulai dari 0, agar setiap indeks mempunyai kategori.")
        )
    for bound in bands:
        named = {"letter": bound.letter}
        if not bound.letter.strip():
            yield InstrumentProblem("bands", N_("Setiap kategori harus mempunyai huruf atau nama pendek."))
        if not 0 <= bound.lower <= instrument.scale_max:
            yield InstrumentProblem("bands", N_("Batas bawah kategori %(letter)s berada di luar skala."), named)
        elif bound.lower != half_up(bound.lower):
            yield InstrumentProblem("bands", N_("Batas bawah kategori %(letter)s paling banyak dua desimal."), named)
    for repeated in twice(bound.letter.strip().casefold() for bound in bands):
        yield InstrumentProblem("bands", N_("Kategori %(letter)s ada lebih dari sekali."), {"letter": repeated})
    for lower in twice(str(half_up(bound.lower)) for bound in bands):
        yield InstrumentProblem("bands", N_("Batas bawah %(lower)s dipakai oleh dua kategori."), {"lower": lower})


def share_problems(f02_share: Decimal | None, f03_share: Decimal | None) -> Iterator[InstrumentProblem]:
    if f02_share is None and f03_share is None:
        return
    if f02_share is None or f03_share is None:
        yield InstrumentProblem("f02_share", N_("Isi porsi F-02 dan F-03 keduanya, atau kosongkan keduanya."))
    elif f02_share <= 0 or f03_share < 0 or f02_share + f03_share != WHOLE:
        yield InstrumentProblem("f02_share", N_("Porsi F-02 dan F-03 harus berjumlah 100."))


def indicator_problems(instrument: InstrumentFacts) -> Iterator[InstrumentProblem]:
    codes = {aspect.code for aspect in instrument.aspects}
    for indicator in instrument.indicators:
        named = {"number": str(indicator.number)}
        if indicator.number < 1:
            yield InstrumentProblem("indicators", N_("Nomor indikator %(number)s harus 1 atau lebih."), named)
        if indicator.aspect_code is not None and indicator.aspect_code not in codes:
            yield InstrumentProblem("indicators", N_("Aspek indikator %(number)s tidak ada pada instrumen."), named)
    for repeated in twice(str(indicator.number) for indicator in instrument.indicators):
        yield InstrumentProblem(
            "indicators", N_("Nomor indikator %(number)s dipakai lebih dari sekali."), {"number": repeated}
        )


def twice(values: Iterable[str]) -> list[str]:
    """The values that stand there more than once; empty ones are told of elsewhere."""
    return [value for value, count in Counter(values).items() if count > 1 and value]
