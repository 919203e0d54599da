"""Instruments as they ship: five schemes with their aspects, weights and bands, and the 31 indicators."""

import csv
import tomllib
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.instruments.models import Aspect, Band, Indicator, Instrument
from tracker.instruments.states import Source
from tracker.kit.resources import PACKAGE


def load_instruments(desk: Desk) -> int:
    """Write the instruments that are not there yet; say how many. What was edited in the site stays."""
    with (PACKAGE / "data" / "instruments.toml").open("rb") as file:
        shipped: list[dict[str, Any]] = tomllib.load(file, parse_float=Decimal)["instrument"]
    with (PACKAGE / "data" / "indicators.csv").open(encoding="utf-8", newline="") as table:
        indicators = list(csv.DictReader(table))
    known = set(desk.session.scalars(sa.select(Instrument.code)))
    new = [facts for facts in shipped if facts["code"] not in known]
    for facts in new:
        instrument = desk.add(instrument_of(facts))
        aspects = {aspect.code: aspect for aspect in instrument.aspects}
        instrument.indicators = [
            Indicator(
                number=int(row["number"]),
                name=row["indicator"],
                evidence=row["evidence"],
                aspect=aspects.get(row["aspect"]),
            )
            for row in indicators
            if row["instrument"] == facts["code"]
        ]
        desk.record(Act.LOAD_REFERENCE, instrument)
    return len(new)


def instrument_of(facts: dict[str, Any]) -> Instrument:
    valid_to: date | None = facts.get("valid_to")
    return Instrument(
        code=facts["code"],
        name=facts["name"],
        source=Source(facts["source"]),
        legal_basis=facts["legal_basis"],
        valid_from=facts["valid_from"],
        valid_to=valid_to,
        scale_max=Decimal(facts["scale_max"]),
        f02_share=_share(facts, "f02_share"),
        f03_share=_share(facts, "f03_share"),
        certainty=facts["certainty"],
        aspects=[
            Aspect(
                position=position,
                code=aspect["code"],
                name=aspect["name"],
                name_en=aspect["name_en"],
                weight=Decimal(aspect["weight"]),
            )
            for position, aspect in enumerate(facts["aspects"])
        ],
        bands=[
            Band(
                letter=band["letter"],
                lower=Decimal(band["from"]),
                name=band["name"],
                name_en=band["name_en"],
                zone=band.get("zone", ""),
                priority=band.get("priority", False),
            )
            for band in facts["bands"]
        ],
    )


def _share(facts: dict[str, Any], name: str) -> Decimal | None:
    return Decimal(facts[name]) if name in facts else None
