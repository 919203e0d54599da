"""Which unit of the directory a row of an export means: found by its exact name, or offered; never guessed. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.directory.names import NearNames, agency_key, near, unit_key
from tracker.kit.words import N_

MOST_OFFERED = 8

NO_AGENCY = N_("Instansi kosong.")
UNKNOWN_AGENCY = N_("Instansi ini belum ada di direktori.")
SEVERAL_AGENCIES = N_("Beberapa instansi di direktori bernama seperti ini.")
UNKNOWN_UNIT = N_("Unit ini belum ada di direktori instansinya.")
SEVERAL_UNITS = N_("Beberapa unit instansi ini bernama seperti ini.")
OUT_OF_REACH = N_("Unit ini di luar lingkup Anda.")


@dataclass(frozen=True, slots=True)
class KnownAgency:
    id: int
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the directory. `in_reach`: the importer may import complaints for it."""

    id: int
    agency_id: int
    area_id: int | None
    name: str
    key: str
    region: str
    """Name of its region, for comparing names; empty where it has none."""
    region_code: str
    timezone: str
    is_root: bool
    in_reach: bool


@dataclass(frozen=True, slots=True)
class Meant:
    """The unit, or at which field and why it is none, with units that could be meant."""

    unit: KnownUnit | None = None
    field: str = ""
    message: str = ""
    offers: tuple[int, ...] = ()

    @property
    def can_be_chosen(self) -> bool:
        return self.unit is None and self.message != OUT_OF_REACH


def choice_key(agency: str, unit: str) -> str:
    """What a pair of names that was told by hand is remembered by; the names themselves are not kept."""
    said = f"{agency_key(agency)}|{unit_key(unit) if unit else ''}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


class UnitNames:
    """The directory by its names, and what somebody said by hand; the same pair of names is looked up once."""

    def __init__(
        self, agencies: Iterable[KnownAgency], units: Iterable[KnownUnit], choices: Mapping[str, int] | None = None
    ) -> None:
        self.choices = choices or {}
        self.units = {unit.id: unit for unit in units}
        self.of_agency: dict[int, list[KnownUnit]] = defaultdict(list)
        for unit in self.units.values():
            self.of_agency[unit.agency_id].append(unit)
        self.agencies = {agency.id: agency for agency in agencies}
        self.by_key: dict[str, list[KnownAgency]] = defaultdict(list)
        for agency in self.agencies.values():
            self.by_key[agency.key].append(agency)
        self.reached = {unit.agency_id for unit in self.units.values() if unit.in_reach}
        self.near_agencies: NearNames | None = None
        self.found: dict[tuple[str, str], Meant] = {}

    def meant(self, agency: str, unit: str) -> Meant:
        if (agency, unit) not in self.found:
            self.found[agency, unit] = self.look_up(agency, unit)
        return self.found[agency, unit]

    def look_up(self, agency: str, unit: str) -> Meant:
        chosen = self.units.get(self.choices.get(choice_key(agency, unit), 0))
        if chosen is not None:
            return self.if_in_reach(chosen)
        own = self.agencies_named(agency)
        if len(own) != 1:
            return self.no_agency(agency, unit, own)
        named = self.units_named(own[0], unit)
        if len(named) == 1:
            return self.if_in_reach(named[0])
        if not any(each.in_reach for each in self.of_agency[own[0].id]):
            return Meant(None, "agency", OUT_OF_REACH)
        return Meant(None, "unit", SEVERAL_UNITS if named else UNKNOWN_UNIT, self.offers_in(own[0], unit, named))

    def agencies_named(self, agency: str) -> list[KnownAgency]:
        """By its name; where a file names none, the one agency that its importer works for."""
        if agency:
            return self.by_key.get(agency_key(agency), [])
        return [self.agencies[id] for id in self.reached] if len(self.reached) == 1 else []

    def units_named(self, agency: KnownAgency, unit: str) -> list[KnownUnit]:
        """Without a unit, or with the agency's own name, it lies at the agency: with its root unit."""
        units = self.of_agency[agency.id]
        if not unit or agency_key(unit) == agency.key:
            return [each for each in units if each.is_root]
        return [each for each in units if each.key == unit_key(unit, each.region)]

    def if_in_reach(self, unit: KnownUnit) -> Meant:
        return Meant(unit) if unit.in_reach else Meant(None, "agency" if unit.is_root else "unit", OUT_OF_REACH)

    def no_agency(self, agency: str, unit: str, several: Sequence[KnownAgency]) -> Meant:
        if several:
            offers = [each for own in several for each in self.offers_in(own, unit, self.units_named(own, unit))]
            return Meant(None, "agency", SEVERAL_AGENCIES, tuple(offers[:MOST_OFFERED]))
        if not agency:
            return Meant(None, "agency" if not unit else "unit", NO_AGENCY)
        if self.near_agencies is None:
            self.near_agencies = NearNames(self.agencies[id].name for id in sorted(self.reached))
        names = set(self.near_agencies.near(agency))
        alike = [each for each in self.agencies.values() if each.name in names]
        offers = [id for own in alike for id in self.offers_in(own, unit, self.units_named(own, unit))]
        return Meant(None, "agency", UNKNOWN_AGENCY, tuple(offers[:MOST_OFFERED]))

    def offers_in(self, agency: KnownAgency, unit: str, first: Sequence[KnownUnit]) -> tuple[int, ...]:
        """Units of one agency that could be meant: those of that name, those named alike, and the agency itself."""
        here = [each for each in self.of_agency[agency.id] if each.in_reach]
        alike = set(near(unit, (each.name for each in here if not each.is_root))) if unit else set()
        ordered = [*first, *(each for each in here if each.name in alike), *(each for each in here if each.is_root)]
        return tuple(dict.fromkeys(each.id for each in ordered if each.in_reach))[:MOST_OFFERED]
