"""Areas, regions, agencies, units, people, what they may do where, and the days nobody works."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.names import place_of
from tracker.directory.states import AgencyKind, HolidayKind, RegionKind, Role
from tracker.kit.db import Code, Key, Model, Name, Prose
from tracker.kit.rows import Criterion, InUnit, Reach, Recorded, Reference, Scoped


class SupervisionArea(Recorded, Reference, Model):
    """A portfolio of units under one or more assistant deputies (Wilayah I, II, III)."""

    __tablename__ = "supervision_area"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    remark: Mapped[Prose] = mapped_column(default="")

    __mapper_args__ = {"version_id_col": version}


class Region(Recorded, Reference, Model):
    """A province, regency or city with its Kemendagri code, which is text."""

    __tablename__ = "region"
    __table_args__ = (sa.CheckConstraint("(kind = 'province') = (parent_id IS NULL)", "only_provinces_stand_alone"),)

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    kind: Mapped[RegionKind]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    timezone: Mapped[Code]
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_area.id"), index=True)

    __mapper_args__ = {"version_id_col": version}

    parent: Mapped["Region | None"] = relationship(remote_side="Region.id")
    area: Mapped[SupervisionArea | None] = relationship()

    @property
    def province_code(self) -> str:
        return self.code[:2]


class Agency(Recorded, Reference, Model):
    """A ministry, national agency or regional government. Its root unit is made with it."""

    __tablename__ = "agency"
    __table_args__ = (sa.UniqueConstraint("name_key", "region_id"),)

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[Name]
    name_key: Mapped[Name] = mapped_column(index=True)
    """The name as evaluations compare it: see tracker.evaluations.rules.normal."""
    kind: Mapped[AgencyKind]
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    confirms_evidence: Mapped[bool] = mapped_column(default=False)
    """The agency wants its coordinator to confirm a submission before the verifier's side sees it."""

    derived = frozenset({"version", "name_key"})
    __mapper_args__ = {"version_id_col": version}

    region: Mapped[Region | None] = relationship()

    @property
    def place(self) -> str:
        """What the eye should catch where units of many agencies stand together."""
        return place_of(self.name)


class ServiceUnit(Recorded, Scoped, Model):
    """Who is evaluated and mentored. Every agency has one root unit for what is not yet at a unit."""

    __tablename__ = "service_unit"
    __table_args__ = (
        sa.Index("uq_service_unit_root", "agency_id", unique=True, sqlite_where=sa.text("is_root"),
                 postgresql_where=sa.text("is_root")),
        sa.UniqueConstraint("agency_id", "name_key"),
        sa.Index("ix_service_unit_area", "area_id", "id"),
    )  # fmt: skip
    view = "unit.view"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_area.id"))
    name: Mapped[Name]
    name_key: Mapped[Name]
    is_root: Mapped[bool] = mapped_column(default=False)
    joined_sippn: Mapped[bool | None]
    joined_lapor: Mapped[bool | None]
    address: Mapped[Prose] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)

    derived = frozenset({"version", "name_key"})
    __mapper_args__ = {"version_id_col": version}

    agency: Mapped[Agency] = relationship()
    region: Mapped[Region | None] = relationship()
    area: Mapped[SupervisionArea | None] = relationship()
    contacts: Mapped[list["Contact"]] = relationship(back_populates="unit", order_by="Contact.position")

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return reach.unit_is(cls)

    @property
    def unit_id(self) -> int:
        """A unit belongs to itself, so that the questions about rows in a unit can be asked of it."""
        return self.id

    @property
    def place(self) -> str:
        return self.agency.place

    @property
    def full_name(self) -> str:
        """In one line of plain text, where units of many agencies stand together."""
        return self.name if self.is_root else f"{self.name}, {self.place}"

    @property
    def timezone(self) -> str:
        """Where a due date ends; a unit without a region of its own counts as Jakarta."""
        return self.region.timezone if self.region else "Asia/Jakarta"

    @property
    def region_code(self) -> str:
        """Whose calendar holds here; empty: the country's."""
        return self.region.code if self.region else ""


class Contact(Recorded, InUnit, Model):
    """Somebody at the unit whom one can call; the first is called first."""

    __tablename__ = "contact"
    view = "unit.view"
    private = frozenset({"phone", "email"})

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=1)
    name: Mapped[Name]
    post: Mapped[Name] = mapped_column(default="")
    phone: Mapped[Code] = mapped_column(default="")
    email: Mapped[Name] = mapped_column(default="")

    __mapper_args__ = {"version_id_col": version}

    unit: Mapped[ServiceUnit] = relationship(back_populates="contacts")

    @property
    def whole(self) -> ServiceUnit:
        return self.unit


class OfficerNotice(Recorded, InUnit, Model):
    """Whether the unit's complaint officer is published, where and since when: an indicator of Ombudsman RI."""

    __tablename__ = "officer_notice"
    __table_args__ = (
        sa.UniqueConstraint("unit_id"),
        sa.Index("ix_officer_notice_published", "is_published", "unit_id"),
        sa.CheckConstraint("(is_published IS NOT NULL AND is_published) OR since IS NULL", "since_only_if_published"),
    )
    view = "unit.view"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    is_published: Mapped[bool | None]
    """None: somebody looked and could not tell."""
    place: Mapped[Prose] = mapped_column(default="")
    """The address of the publication, or where it hangs."""
    since: Mapped[date | None]
    checked_on: Mapped[date]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __mapper_args__ = {"version_id_col": version}

    unit: Mapped[ServiceUnit] = relationship()
    checked_by: Mapped["User | None"] = relationship()

    @property
    def whole(self) -> ServiceUnit:
        return self.unit


class User(Recorded, Scoped, Model):
    """A person with an account. What they may do is in their memberships."""

    __tablename__ = "user_account"
    view = "user.view"
    private = frozenset({"password_hash", "phone", "email"})

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    username: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    email: Mapped[Name] = mapped_column(default="")
    phone: Mapped[Code] = mapped_column(default="")
    nip: Mapped[Code] = mapped_column(default="")
    language: Mapped[Code] = mapped_column(default="id")
    timezone: Mapped[Code] = mapped_column(default="Asia/Jakarta")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    last_sign_in_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    email_refused: Mapped[str | None] = mapped_column(sa.String(300))
    """The address that a mail server refused for good; another one may be tried again."""
    email_refused_at: Mapped[datetime | None]
    email_refusal: Mapped[str | None] = mapped_column(sa.Text)
    """What the server said."""

    derived = frozenset({"version", "last_sign_in_at", "email_refused", "email_refused_at", "email_refusal"})
    __mapper_args__ = {"version_id_col": version}

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", foreign_keys="Membership.user_id", order_by="Membership.id"
    )

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """Oneself, and whoever holds a membership in reach."""
        if reach.everything:
            return sa.true()
        held = Membership.__table__.alias()  # its own, also where the statement joins memberships
        shared = sa.exists().where(held.c.user_id == cls.id, Membership.covered(held.c, reach))
        return sa.or_(cls.id == reach.user_id, shared)

    @property
    def is_unreachable(self) -> bool:
        """The address on file is the one that was refused."""
        return bool(self.email) and self.email == self.email_refused


class Membership(Recorded, Scoped, Model):
    """One role in one scope for a time. Without area, agency or unit it covers everything."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN area_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN agency_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END) <= 1",
            "one_scope",
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", "ends_after_it_starts"),
    )
    view = "user.view"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    role: Mapped[Role]
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_area.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_unit.id"), index=True)
    is_head: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day on which it holds."""

    __mapper_args__ = {"version_id_col": version}

    user: Mapped[User] = relationship(back_populates="memberships", foreign_keys=[user_id])
    area: Mapped[SupervisionArea | None] = relationship()
    agency: Mapped[Agency | None] = relationship()
    unit: Mapped[ServiceUnit | None] = relationship()

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.true() if reach.everything else sa.or_(cls.user_id == reach.user_id, cls.covered(cls, reach))

    @staticmethod
    def covered(c: Any, reach: Reach) -> Criterion:
        """Memberships in a unit in reach, or in the agency or area of one. `c` holds the columns."""
        units = ServiceUnit.__table__
        agencies = sa.select(units.c.agency_id).where(reach.unit_is(units)).correlate(None).scalar_subquery()
        areas = sa.select(units.c.area_id).where(reach.unit_is(units)).correlate(None).scalar_subquery()
        return sa.or_(reach.units(c.unit_id), c.agency_id.in_(agencies), c.area_id.in_(areas))

    @property
    def whole(self) -> User:
        return self.user

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Holiday(Recorded, Reference, Model):
    """A correction of the seeded calendar, which it overrides: a day nobody works, or one on which they do."""

    __tablename__ = "holiday"
    __table_args__ = (
        sa.UniqueConstraint("day", "region_id"),
        sa.CheckConstraint("(kind = 'regional') = (region_id IS NOT NULL)", "regional_has_region"),
    )

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    day: Mapped[date] = mapped_column(index=True)
    name: Mapped[Name]
    kind: Mapped[HolidayKind]
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    decree: Mapped[Name] = mapped_column(default="")

    __mapper_args__ = {"version_id_col": version}

    region: Mapped[Region | None] = relationship()


class Setting(Recorded, Reference, Model):
    """A number or text an administrator may change: doubtful figures are settings, never constants."""

    __tablename__ = "setting"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[Code] = mapped_column(unique=True)
    value: Mapped[Any] = mapped_column(sa.JSON)

    __mapper_args__ = {"version_id_col": version}
