"""Figures over time as nightly copies kept them: of a unit, an agency, a province, an area or the nation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.policy import POLICY
from tracker.dashboards.queries import Narrowing, Which
from tracker.dashboards.state import group_of
from tracker.directory.models import Agency, Region, ServiceUnit, SupervisionArea
from tracker.directory.states import RegionKind
from tracker.instruments.models import Cycle
from tracker.mentoring.models import MentoringSession, SessionUnit
from tracker.mentoring.states import SessionStatus
from tracker.progress.kept_models import GroupSnapshot, ProgressSnapshot, Seal
from tracker.progress.states import GroupKind

FOUND = 20
"""Units or agencies offered for a search."""
SESSIONS_MARKED = 12
WORDS = {
    "unit": None,
    "instansi": GroupKind.AGENCY,
    "provinsi": GroupKind.PROVINCE,
    "wilayah": GroupKind.AREA,
    "nasional": GroupKind.NATION,
}
"""How an address names what a trend is of: "unit-12", "provinsi-81", "nasional"."""
WORD_OF = {kind: word for word, kind in WORDS.items()}


class Point(NamedTuple):
    """A copied day; None is "no data yet"."""

    day: date
    verified: Decimal | None
    claimed: Decimal | None
    units: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose trend it is. `kind` is None for one unit; `key` is its number, `name` empty for the nation."""

    kind: GroupKind | None
    key: int
    code: str
    """As the address names it."""
    name: str

    @property
    def word(self) -> str:
        return "nasional" if self.kind is GroupKind.NATION else f"{WORD_OF[self.kind]}-{self.code}"


NATION = Subject(GroupKind.NATION, 0, "", "")


def subject_called(desk: Desk, word: str) -> Subject | None:
    """What an address asks for; None where there is no such thing, or a unit is out of reach."""
    named, _dash, code = word.partition("-")
    if word == "nasional":
        return NATION
    if named not in WORDS or not code.isascii() or not code.isdigit() or len(code) > 9:
        return None
    queries: dict[str, Any] = {
        "unit": sa.select(ServiceUnit.id, ServiceUnit.name).where(
            ServiceUnit.id == int(code), desk.units_for(Act.VIEW_OVERVIEW)
        ),
        "instansi": sa.select(Agency.id, Agency.name).where(Agency.id == int(code)),
        "provinsi": sa.select(Region.id, Region.name).where(Region.code == code, Region.kind == RegionKind.PROVINCE),
        "wilayah": sa.select(SupervisionArea.id, SupervisionArea.name).where(SupervisionArea.id == int(code)),
    }
    row = desk.session.execute(queries[named]).first()
    return Subject(WORDS[named], row[0], code, row[1]) if row else None


def own_subject(desk: Desk, by: Narrowing) -> Subject | None:
    """What the reader's own scope, or the filter, is the trend of."""
    group = group_of(desk, by)
    if group is not None:
        kind, key = group
        return NATION if kind is GroupKind.NATION else subject_called(desk, f"{WORD_OF[kind]}-{key}")
    units = [mandate.unit_id for mandate in POLICY[Act.VIEW_OVERVIEW].mandates(desk.actor) if mandate.unit_id]
    return subject_called(desk, f"unit-{units[0]}") if units else None


def points(desk: Desk, cycle: Cycle, subject: Subject, everyone: bool) -> list[Point]:
    """Every copied day of the cycle in order, of what is in reach."""
    query: Any
    if subject.kind is None:
        kept: Any = ProgressSnapshot
        query = sa.select(kept.day, kept.verified, kept.claimed, sa.literal(1)).where(kept.unit_id == subject.key)
    else:
        kept = GroupSnapshot
        query = sa.select(kept.day, kept.verified, kept.claimed, kept.units).where(
            kept.kind == subject.kind, kept.key == subject.key, kept.everyone.is_(everyone)
        )
    rows = desk.session.execute(query.where(kept.cycle_id == cycle.id).order_by(kept.day))
    return [Point._make(row) for row in rows]


def choices(desk: Desk, cycle: Cycle) -> list[Subject]:
    """The areas and provinces with copies that the reader may see whole; and the nation."""
    newest = sa.select(sa.func.max(GroupSnapshot.day)).where(GroupSnapshot.cycle_id == cycle.id).scalar_subquery()
    kept = desk.session.execute(
        sa.select(GroupSnapshot.kind, GroupSnapshot.key).where(
            GroupSnapshot.cycle_id == cycle.id, GroupSnapshot.day == newest, GroupSnapshot.everyone.is_(False),
            GroupSnapshot.kind != GroupKind.AGENCY,
        )
    )  # fmt: skip
    seen = {(kind, key) for kind, key in kept}
    found = [NATION] if (GroupKind.NATION, 0) in seen else []
    areas = desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code))
    of_areas = (Subject(GroupKind.AREA, area.id, str(area.id), area.name) for area in areas)
    found += [each for each in of_areas if (GroupKind.AREA, each.key) in seen]
    provinces = sa.select(Region.id, Region.code, Region.name).where(Region.kind == RegionKind.PROVINCE)
    rows = desk.session.execute(provinces.order_by(Region.name))
    kind = GroupKind.PROVINCE
    return found + [Subject(kind, id, code, name) for id, code, name in rows if (kind, id) in seen]


def search(desk: Desk, words: str) -> list[Subject]:
    """Agencies and units in reach whose name has all the words; the agencies first."""
    if not words.split():
        return []
    reach = sa.select(ServiceUnit.agency_id).where(desk.units_for(Act.VIEW_OVERVIEW))
    agencies: Any = sa.select(Agency.id, Agency.name).where(Agency.id.in_(reach.scalar_subquery()))
    units: Any = sa.select(ServiceUnit.id, ServiceUnit.name, Agency.name).join(
        Agency, Agency.id == ServiceUnit.agency_id
    )
    units = units.where(desk.units_for(Act.VIEW_OVERVIEW))
    for word in words.split()[:8]:
        agencies = agencies.where(Agency.name.icontains(word, autoescape=True))
        either = (ServiceUnit.name.icontains(word, autoescape=True), Agency.name.icontains(word, autoescape=True))
        units = units.where(sa.or_(*either))
    rows = desk.session.execute(agencies.order_by(Agency.name, Agency.id).limit(FOUND))
    found = [Subject(GroupKind.AGENCY, id, str(id), name) for id, name in rows]
    rows = desk.session.execute(units.order_by(Agency.name, ServiceUnit.name, ServiceUnit.id).limit(FOUND))
    return found + [Subject(None, id, str(id), f"{name}, {agency}") for id, name, agency in rows]


def sessions(desk: Desk, cycle: Cycle, subject: Subject) -> list[MentoringSession]:
    """The closed sessions of the cycle in which a unit of the subject took part, the newest first."""
    units = sa.select(ServiceUnit.id).outerjoin(Region, Region.id == ServiceUnit.region_id)
    where: Sequence[Any] = {
        None: (ServiceUnit.id == subject.key,),
        GroupKind.AGENCY: (ServiceUnit.agency_id == subject.key,),
        GroupKind.PROVINCE: (sa.or_(Region.id == subject.key, Region.parent_id == subject.key),),
        GroupKind.AREA: (ServiceUnit.area_id == subject.key,),
        GroupKind.NATION: (),
    }[subject.kind]
    took_part = sa.select(SessionUnit.session_id).where(SessionUnit.unit_id.in_(units.where(*where).scalar_subquery()))
    query = sa.select(MentoringSession).where(
        MentoringSession.cycle_id == cycle.id, MentoringSession.status == SessionStatus.CLOSED
    )
    if where:
        query = query.where(MentoringSession.id.in_(took_part.scalar_subquery()))
    return desk.all(query.order_by(MentoringSession.starts_at.desc(), MentoringSession.id).limit(SESSIONS_MARKED))


def seals(desk: Desk, cycle: Cycle) -> list[Seal]:
    return desk.all(sa.select(Seal).where(Seal.cycle_id == cycle.id).order_by(Seal.at))


def is_everyone(by: Narrowing) -> bool:
    """Means over all units, and not over the priority units only."""
    return by.which is Which.ALL
