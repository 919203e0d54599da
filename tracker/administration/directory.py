"""Agencies with their root unit, units, regions and areas: how they enter the directory and change in it."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration import following
from tracker.directory.models import Agency, Contact, Region, ServiceUnit, SupervisionArea
from tracker.directory.names import agency_key, unit_key
from tracker.directory.queries import agency_named
from tracker.directory.states import AgencyKind, RegionKind
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_


def add_agency(desk: Desk, name: str, kind: AgencyKind, region: Region | None = None) -> Agency:
    """A new agency, and the root unit that stands for the whole of it. A name is refused twice in a region."""
    name = " ".join(name.split())
    key = agency_key(name, region.name if region else "")
    refuse_same_agency(desk, key, region)
    agency = desk.add(Agency(name=name, name_key=key, kind=kind, region=region))
    desk.record(Act.EDIT_DIRECTORY, agency)
    root = ServiceUnit(agency=agency, name=name, name_key=key, is_root=True, region=region, area=default_area(region))
    desk.add(root)
    desk.record(Act.ADD_UNIT, root)
    return agency


def add_unit(
    desk: Desk, agency: Agency, name: str, region: Region | None = None, area: SupervisionArea | None = None
) -> ServiceUnit:
    """A new unit of an agency, by default in its province's area. A name is refused twice in an agency."""
    name = " ".join(name.split())
    key = unit_key(name, region.name if region else "")
    refuse_same_unit(desk, agency.id, key)
    unit = ServiceUnit(agency=agency, name=name, name_key=key, region=region, area=area or default_area(region))
    desk.add(unit)
    desk.record(Act.ADD_UNIT, unit)
    return unit


def default_area(region: Region | None) -> SupervisionArea | None:
    """The area of the province; a unit without a region has none until an administrator sets it."""
    if region is None:
        return None
    return (region.parent or region).area


def refuse_same_agency(desk: Desk, key: str, region: Region | None, but: int | None = None) -> None:
    found = desk.session.scalar(agency_named(key, region.id if region else None))
    if found is not None and found.id != but:
        raise Refusal("name", N_("Sudah ada: %(name)s."), name=found.name)


def refuse_same_unit(desk: Desk, agency_id: int, key: str, but: int | None = None) -> None:
    found = desk.session.scalar(sa.select(ServiceUnit).filter_by(agency_id=agency_id, name_key=key))
    if found is not None and found.id != but:
        raise Refusal("name", N_("Instansi ini sudah mempunyai unit bernama %(name)s."), name=found.name)


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    name: str
    kind: AgencyKind
    region: Region | None = None
    confirms_evidence: bool = False


def create_agency(desk: Desk, facts: AgencyFacts) -> Agency:
    """As `add_agency`, with the wish that its coordinator confirms evidence first."""
    agency = add_agency(desk, facts.name, facts.kind, facts.region)
    if facts.confirms_evidence:
        agency.confirms_evidence = True
        desk.record(Act.EDIT_DIRECTORY, agency)
    return agency


def edit_agency(desk: Desk, agency: Agency, facts: AgencyFacts) -> None:
    """Change an agency; its root unit bears the same name and lies in the same region."""
    name = " ".join(facts.name.split())
    key = agency_key(name, facts.region.name if facts.region else "")
    refuse_same_agency(desk, key, facts.region, but=agency.id)
    agency.name, agency.name_key, agency.kind = name, key, facts.kind
    agency.region, agency.confirms_evidence = facts.region, facts.confirms_evidence
    desk.record(Act.EDIT_DIRECTORY, agency)
    root = desk.session.scalars(sa.select(ServiceUnit).filter_by(agency_id=agency.id, is_root=True)).one()
    if (root.name, root.region_id) != (name, agency.region_id):
        root.name, root.name_key, root.region = name, key, facts.region
        desk.record(Act.EDIT_UNIT, root)


@dataclass(frozen=True, slots=True)
class UnitFacts:
    name: str
    region: Region | None = None
    area: SupervisionArea | None = None
    joined_sippn: bool | None = None
    joined_lapor: bool | None = None
    address: str = ""
    is_active: bool = True


def create_unit(desk: Desk, agency: Agency, facts: UnitFacts) -> ServiceUnit:
    """As `add_unit`, with everything the page asks for."""
    unit = add_unit(desk, agency, facts.name, facts.region, facts.area)
    unit.joined_sippn, unit.joined_lapor, unit.address = facts.joined_sippn, facts.joined_lapor, facts.address
    desk.record(Act.EDIT_UNIT, unit)
    return unit


def edit_unit(desk: Desk, unit: ServiceUnit, facts: UnitFacts) -> None:
    """Change a unit; its work follows it into another area. A root unit keeps its agency's name."""
    before = unit.area_id
    if not unit.is_root:
        name = " ".join(facts.name.split())
        key = unit_key(name, facts.region.name if facts.region else "")
        refuse_same_unit(desk, unit.agency_id, key, but=unit.id)
        unit.name, unit.name_key, unit.region = name, key, facts.region
    unit.area, unit.address, unit.is_active = facts.area, facts.address, facts.is_active
    unit.joined_sippn, unit.joined_lapor = facts.joined_sippn, facts.joined_lapor
    desk.record(Act.EDIT_UNIT, unit)
    if unit.area_id != before:
        following.unit_moved(desk.session, unit)


def edit_region(desk: Desk, region: Region, timezone: str, area: SupervisionArea | None, move_units: bool) -> int:
    """Change a region's zone, or a province's area: its regencies and cities follow, its units only if asked.

    Says how many units moved.
    """
    region.timezone = timezone
    if region.kind is not RegionKind.PROVINCE:
        desk.record(Act.EDIT_DIRECTORY, region)
        return 0
    region.area = area
    desk.record(Act.EDIT_DIRECTORY, region)
    within = desk.all(sa.select(Region).filter_by(parent_id=region.id))
    for part in within:
        if part.area_id != region.area_id:
            part.area = area
            desk.record(Act.EDIT_DIRECTORY, part)
    return move_units_of(desk, [region.id, *(part.id for part in within)], area) if move_units else 0


def move_units_of(desk: Desk, region_ids: list[int], area: SupervisionArea | None) -> int:
    area_id = area.id if area else None
    moving = desk.all(
        sa.select(ServiceUnit).where(
            ServiceUnit.region_id.in_(region_ids), ServiceUnit.area_id.is_distinct_from(area_id)
        )
    )
    for unit in moving:
        unit.area = area
        desk.record(Act.EDIT_UNIT, unit)
        following.unit_moved(desk.session, unit)
    return len(moving)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    name: str
    post: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.post or self.phone or self.email)


@dataclass(frozen=True, slots=True)
class Contacts:
    """The people of a unit in the order in which they are called."""

    people: tuple[ContactFacts, ...] = field(default_factory=tuple)


def edit_contacts(desk: Desk, unit: ServiceUnit, wanted: Contacts) -> None:
    """Put the unit's contacts as given: changed, added, left out."""
    people = [each for each in wanted.people if not each.is_empty]
    if any(not each.name for each in people):
        raise Refusal("", N_("Setiap narahubung harus mempunyai nama."))
    kept = list(unit.contacts)
    for position, facts in enumerate(people, 1):
        contact = kept[position - 1] if position <= len(kept) else desk.add(Contact(unit=unit, name=facts.name))
        contact.position, contact.name, contact.post = position, facts.name, facts.post
        contact.phone, contact.email = facts.phone, facts.email
    for contact in kept[len(people) :]:
        desk.session.delete(contact)
    desk.record(Act.EDIT_CONTACTS, unit)
