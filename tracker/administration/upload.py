"""Adding a whole list of people: every row is looked at, then all are added or none."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.accounts.links import MadeLink, make_link
from tracker.accounts.operations import username_key
from tracker.accounts.rules import EMAIL, PHONE
from tracker.administration import operations
from tracker.administration.operations import GrantFacts, UserFacts
from tracker.administration.rules import ScopeKind, ScopeRef
from tracker.administration.user_list import (
    LONGEST_LIST,
    ListedPerson,
    RowProblem,
    iso_day,
    problems_of,
    role_of,
    scope_kind_of,
)
from tracker.directory.models import Agency, ServiceUnit, SupervisionArea, User
from tracker.directory.names import agency_key, normal, unit_key
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_


@dataclass(frozen=True, slots=True)
class Checked:
    """A row of the list with what is wrong with it, or with what would be added."""

    person: ListedPerson
    problems: list[RowProblem] = field(default_factory=list)
    facts: UserFacts | None = None
    grant: GrantFacts | None = None


class Places:
    """What the list may name, looked up once for all its rows."""

    def __init__(self, desk: Desk) -> None:
        session = desk.session
        self.areas: dict[str, int] = {}
        for area in desk.all(sa.select(SupervisionArea)):
            self.areas |= {area.code.casefold(): area.id, area.name.casefold(): area.id}
        self.agencies: dict[str, list[int]] = {}
        for id, name in session.execute(sa.select(Agency.id, Agency.name)):
            self.agencies.setdefault(agency_key(name), []).append(id)
        units = sa.select(ServiceUnit.id, ServiceUnit.agency_id, ServiceUnit.name, ServiceUnit.name_key)
        self.units: dict[tuple[int, str], int] = {}
        for id, agency_id, name, key in session.execute(units):
            self.units.setdefault((agency_id, key), id)
            self.units.setdefault((agency_id, normal(name)), id)

    def scope_of(self, person: ListedPerson, kind: ScopeKind) -> ScopeRef | RowProblem:
        if kind is ScopeKind.EVERYTHING:
            return ScopeRef(kind)
        if kind is ScopeKind.AREA:
            area = self.areas.get(person.area.casefold())
            return ScopeRef(kind, area) if area else unknown(N_("Wilayah “%(name)s” tidak ada."), person.area)
        agencies = self.agencies.get(agency_key(person.agency), [])
        if not agencies:
            return unknown(N_("Instansi “%(name)s” tidak ada di direktori."), person.agency)
        if len(agencies) > 1:
            return unknown(N_("Ada lebih dari satu instansi bernama “%(name)s”."), person.agency)
        if kind is ScopeKind.AGENCY:
            return ScopeRef(kind, agencies[0])
        keys = (unit_key(person.unit), normal(person.unit))
        unit = next((self.units[agencies[0], key] for key in keys if (agencies[0], key) in self.units), None)
        return ScopeRef(kind, unit) if unit else unknown(N_("Unit “%(name)s” tidak ada di instansi itu."), person.unit)


def unknown(message: str, name: str) -> RowProblem:
    return RowProblem(message, {"name": name})


def check(desk: Desk, people: list[ListedPerson]) -> list[Checked]:
    """Every row with all its problems at once."""
    if not people:
        raise Refusal("file", N_("Tidak ada baris di bawah judul kolom."))
    if len(people) > LONGEST_LIST:
        raise Refusal("file", N_("Paling banyak %(count)s orang sekaligus. Pisahkan berkasnya."), count=LONGEST_LIST)
    places = Places(desk)
    names = [username_key(person.username) for person in people]
    repeated = {name for name, count in Counter(names).items() if count > 1}
    taken = taken_of(desk, names)
    checked = []
    for person, name in zip(people, names, strict=True):
        problems = problems_of(person, name)
        if name in repeated:
            problems.append(RowProblem(N_("Nama pengguna ini ada lebih dari sekali dalam daftar.")))
        if name in taken:
            problems.append(RowProblem(N_("Nama pengguna %(name)s sudah dipakai."), {"name": name}))
        if not EMAIL.match(person.email) or not PHONE.match(person.phone):
            problems.append(RowProblem(N_("Surel atau nomor telepon tidak dikenali.")))
        checked.append(with_place(desk, places, person, name, problems))
    return checked


def taken_of(desk: Desk, names: list[str]) -> set[str]:
    return set(desk.session.scalars(sa.select(User.username).where(User.username.in_(names))))


def with_place(desk: Desk, places: Places, person: ListedPerson, username: str, problems: list[RowProblem]) -> Checked:
    """The row with its scope found, and its dates held against today."""
    role = role_of(person)
    kind = scope_kind_of(person, role) if role else None
    if role is None or kind is None or problems:
        return Checked(person, problems)
    scope = places.scope_of(person, kind)
    if isinstance(scope, RowProblem):
        return Checked(person, [scope])
    first: date = iso_day(person.valid_from) or desk.today
    grant = GrantFacts(role, scope, first, iso_day(person.valid_to))
    try:
        operations.membership_of(desk, grant)
    except Refusal as refusal:
        return Checked(person, [RowProblem(refusal.message, refusal.values)])
    facts = UserFacts(username, person.name, person.nip, person.email, person.phone)
    return Checked(person, [], facts, grant)


def add_all(desk: Desk, people: list[ListedPerson], seed: str) -> list[MadeLink]:
    """Add everybody on the list, each with a role and a link; nobody, if one row has become wrong meanwhile."""
    checked = check(desk, people)
    if any(each.problems for each in checked):
        raise Refusal("", N_("Daftar ini tidak dapat ditambahkan: masih ada baris yang harus diperbaiki."))
    made = []
    for each in checked:
        assert each.facts is not None
        assert each.grant is not None
        user = operations.add_user(desk, each.facts)
        operations.grant(desk, user, each.grant, "Unggahan daftar pengguna.")
        made.append(make_link(desk, user, seed))
    return made
