"""Assessment schemes, versioned, and the cycles that use them. Nothing here knows how many aspects there are."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.instruments.states import CYCLE, CycleStatus, Source
from tracker.kit.db import Code, Key, Model, Name, Prose
from tracker.kit.rows import Recorded, Reference
from tracker.kit.workflow import Moving


class Instrument(Recorded, Reference, Model):
    """One version of an assessment scheme. Once a cycle uses it, it is changed only as a new version."""

    __tablename__ = "instrument"
    __table_args__ = (
        sa.CheckConstraint("scale_max > 0", "scale_is_positive"),
        sa.CheckConstraint("(f02_share IS NULL) = (f03_share IS NULL)", "shares_come_together"),
    )

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    source: Mapped[Source]
    legal_basis: Mapped[Prose] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    scale_max: Mapped[Decimal]
    f02_share: Mapped[Decimal | None]
    f03_share: Mapped[Decimal | None]
    certainty: Mapped[Prose] = mapped_column(default="")
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("instrument.id"))

    __mapper_args__ = {"version_id_col": version}

    aspects: Mapped[list["Aspect"]] = relationship(back_populates="instrument", order_by="Aspect.position")
    bands: Mapped[list["Band"]] = relationship(back_populates="instrument", order_by="Band.lower.desc()")
    indicators: Mapped[list["Indicator"]] = relationship(back_populates="instrument", order_by="Indicator.number")
    replaces: Mapped["Instrument | None"] = relationship(remote_side="Instrument.id")


class Aspect(Recorded, Reference, Model):
    __tablename__ = "aspect"
    __table_args__ = (
        sa.UniqueConstraint("instrument_id", "code"),
        sa.CheckConstraint("weight > 0", "weight_is_positive"),
    )

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    instrument_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument.id"))
    position: Mapped[int]
    code: Mapped[Code]
    name: Mapped[Name]
    name_en: Mapped[Name] = mapped_column(default="")
    weight: Mapped[Decimal]

    __mapper_args__ = {"version_id_col": version}

    instrument: Mapped[Instrument] = relationship(back_populates="aspects")

    @property
    def whole(self) -> Instrument:
        return self.instrument


class Indicator(Recorded, Reference, Model):
    """What is looked at within an aspect; without an aspect it is additional to all of them."""

    __tablename__ = "indicator"
    __table_args__ = (sa.UniqueConstraint("instrument_id", "number"),)

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    instrument_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument.id"))
    aspect_id: Mapped[int | None] = mapped_column(sa.ForeignKey("aspect.id"), index=True)
    number: Mapped[int]
    name: Mapped[Prose]
    evidence: Mapped[Prose] = mapped_column(default="")

    __mapper_args__ = {"version_id_col": version}

    instrument: Mapped[Instrument] = relationship(back_populates="indicators")
    aspect: Mapped[Aspect | None] = relationship()

    @property
    def whole(self) -> Instrument:
        return self.instrument


class Band(Recorded, Reference, Model):
    """A category of the index, from its lower bound (inclusive) after rounding half-up to two decimals."""

    __tablename__ = "band"
    __table_args__ = (sa.UniqueConstraint("instrument_id", "lower"), sa.UniqueConstraint("instrument_id", "letter"))

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    instrument_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument.id"))
    letter: Mapped[Code]
    lower: Mapped[Decimal]
    name: Mapped[Name]
    name_en: Mapped[Name] = mapped_column(default="")
    zone: Mapped[Code] = mapped_column(default="")
    priority: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"version_id_col": version}

    instrument: Mapped[Instrument] = relationship(back_populates="bands")

    @property
    def whole(self) -> Instrument:
        return self.instrument


class Cycle(Moving, Recorded, Reference, Model):
    """One round of one instrument."""

    __tablename__ = "cycle"
    __table_args__ = (
        sa.CheckConstraint("letter_on IS NULL OR opening_on IS NULL OR opening_on > letter_on", "opens_after_letter"),
    )
    workflow = CYCLE

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(default="")
    instrument_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument.id"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    letter_on: Mapped[date | None]
    opening_on: Mapped[date | None]
    """When the next evaluation opens."""
    status: Mapped[CycleStatus] = mapped_column(default=CYCLE.start)
    is_illustration: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"version_id_col": version}

    instrument: Mapped[Instrument] = relationship()
