"""Which unit of the directory a row of a workbook means, or which new one it would make. Pure."""

from collections import defaultdict
from dataclasses import dataclass, replace

from tracker.directory.names import NearNames, agency_name, near
from tracker.directory.states import AgencyKind, RegionKind
from tracker.evaluations.facts import Grounds, KnownAgency, KnownUnit, Standing
from tracker.evaluations.plan import PlannedRow, Remark
from tracker.evaluations.states import Outcome, RowKind
from tracker.evaluations.workbook import UnitName
from tracker.kit.words import N_

GOVERNMENTS = {
    "provinsi": AgencyKind.PROVINCE, "kabupaten": AgencyKind.REGENCY, "kota": AgencyKind.CITY,
}  # fmt: skip
OF_REGION = {
    RegionKind.PROVINCE: AgencyKind.PROVINCE,
    RegionKind.REGENCY: AgencyKind.REGENCY,
    RegionKind.CITY: AgencyKind.CITY,
}
NATIONAL = frozenset(
    {"arsip", "badan", "bank", "dewan", "kejaksaan", "kepolisian", "komisi", "lembaga", "mahkamah", "ombudsman",
     "otoritas", "perpustakaan", "polri", "pt", "sekretariat", "tentara"}
)  # fmt: skip
"""First words of agencies of the state, which bear no region even where a row names one for their unit."""
MOST_SUGGESTED = 1000
"""Unknown names for which near ones are looked up: a file with more has another fault than its spelling."""

IN_REACH = N_("Unit ini di luar wilayah Anda.")
NEW_IN_REACH = N_("Unit baru ini akan berada di luar wilayah Anda.")
UNKNOWN_AGENCY = N_("Instansi ini belum ada di direktori.")
UNKNOWN_UNIT = N_("Unit ini belum ada di direktori.")
CREATE = N_("Pilih \u201cbuat unit baru\u201d, atau sesuaikan namanya dengan direktori.")
ASK_ADMINISTRATOR = N_("Hapus baris ini, atau minta asisten deputi wilayahnya mengimpornya.")
SIMILAR = N_("Akan dibuat baru, padahal ada yang namanya mirip.")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The unit, by its id or by the key of a new one; or what refuses the row."""

    label: str
    unit_id: int | None = None
    new: str | None = None
    remarks: tuple[tuple[str, Remark], ...] = ()
    """With the field at which each stands."""

    @property
    def reference(self) -> int | str:
        return self.unit_id if self.unit_id is not None else str(self.new)


class Directory:
    """The known agencies and units by their keys, and the new ones that the file would make."""

    def __init__(self, ground: Grounds, stands: Standing, create_units: bool) -> None:
        self.ground = ground
        self.stands = stands
        self.create_units = create_units
        self.by_key: dict[tuple[str | None, str], KnownAgency] = {(a.region, a.key): a for a in stands.agencies}
        self.of_agency: dict[int, list[KnownUnit]] = defaultdict(list)
        for unit in stands.units:
            self.of_agency[unit.agency_id].append(unit)
        self.resolved: dict[tuple[str, str, str | None], Resolved] = {}
        self.new_agencies: dict[str, PlannedRow] = {}
        self.new_units: dict[str, PlannedRow] = {}
        self.new_keys: dict[int | str, set[str]] = defaultdict(set)
        self.names: NearNames | None = None
        self.suggested = 0

    def resolve(self, who: UnitName, sheet: str, row: int) -> Resolved:
        if who.key not in self.resolved:
            self.resolved[who.key] = self.found(who) or self.missing(who, sheet, row)
        return self.resolved[who.key]

    def found(self, who: UnitName) -> Resolved | None:
        agency = self.agency(who)
        unit = self.unit(agency, who) if agency else None
        if agency is None or unit is None:
            return None
        label = agency.name if unit.is_root else f"{unit.name}, {agency.name}"
        if unit.in_reach:
            return Resolved(label, unit.id)
        field = "agency" if who.unit is None else "unit"
        remark = Remark("", who.unit or who.agency, IN_REACH, ASK_ADMINISTRATOR)
        return Resolved(label, remarks=((field, remark),))

    def agency(self, who: UnitName) -> KnownAgency | None:
        """A regional government in its region; any other agency there, else the one that has no region."""
        own = self.by_key.get((who.agency_region, who.agency_key)) or self.by_key.get((who.region_code, who.agency_key))
        return own or (None if who.agency_key.startswith("pemerintah ") else self.by_key.get((None, who.agency_key)))

    def unit(self, agency: KnownAgency, who: UnitName) -> KnownUnit | None:
        """By name and region. Where row or unit names no region, the name within the agency is enough."""
        units = self.of_agency[agency.id]
        if who.unit is None:
            return next((unit for unit in units if unit.is_root), None)
        named = [unit for unit in units if unit.key == who.unit_key or (unit.is_root and agency.key == who.unit_key)]
        if who.region_code is None:
            return named[0] if len(named) == 1 else next((unit for unit in named if unit.region is None), None)
        here = [unit for unit in named if (unit.region or agency.region) == who.region_code]
        anywhere = [unit for unit in named if unit.region is None]
        return next(iter(here or anywhere), None)

    def missing(self, who: UnitName, sheet: str, row: int) -> Resolved:
        label = who.agency if who.unit is None else f"{who.unit}, {who.agency}"
        agency = self.agency(who)
        suggestions = self.suggestions(who, agency)
        field = "agency" if agency is None else "unit"
        value = who.agency if agency is None else who.unit or ""
        if not self.create_units:
            message = UNKNOWN_AGENCY if agency is None else UNKNOWN_UNIT
            return Resolved(label, remarks=((field, Remark("", value, message, CREATE, {}, suggestions)),))
        if not self.may_create(who, agency):
            return Resolved(label, remarks=((field, Remark("", value, NEW_IN_REACH, ASK_ADMINISTRATOR)),))
        similar = [Remark("", value, SIMILAR, suggestions=suggestions, refuses=False)] if suggestions else []
        return self.created(who, agency, PlannedRow(RowKind.UNIT, sheet, row, Outcome.NEW, label, remarks=similar))

    def may_create(self, who: UnitName, agency: KnownAgency | None) -> bool:
        """New units fall in the area of their region's province: it must be the desk's own."""
        allowed = self.stands.may_create_in
        if allowed is None or (agency is not None and agency.id in self.stands.may_create_for):
            return True
        regions = self.ground.regions
        needed = [who.region_code] if who.unit is not None else [self.region_of_new_agency(who)]
        return all(code is not None and regions[code].area_id in allowed for code in needed)

    def created(self, who: UnitName, agency: KnownAgency | None, planned: PlannedRow) -> Resolved:
        """Plan the unit, and its agency with its root unit where that is new as well."""
        owner: int | str
        if agency is not None:
            owner = agency.id
        else:
            owner = self.new_agency(who, planned)
            planned.remarks = []
            if who.unit is None:
                return Resolved(planned.label, new=owner)
        key = "|".join(["unit", str(owner), who.region_code or "", who.unit_key or ""])
        if key not in self.new_units:
            region = self.ground.regions.get(who.region_code or "")
            planned.values = {
                "key": key,
                "agency": owner,
                "name": " ".join((who.unit or "").split()),
                "name_key": self.stored_key(owner, who),
                "region_id": region.id if region else None,
                "area_id": region.area_id if region else None,
            }
            self.new_units[key] = planned
        return Resolved(planned.label, new=key)

    def new_agency(self, who: UnitName, planned: PlannedRow) -> str:
        code = self.region_of_new_agency(who)
        key = "|".join(["agency", code or "", who.agency_key])
        if key not in self.new_agencies:
            region = self.ground.regions.get(code or "")
            name = agency_name(who.agency, region.name if region else "")
            self.new_agencies[key] = replace(planned, kind=RowKind.AGENCY, label=name, values={
                "key": key,
                "name": name,
                "name_key": who.agency_key,
                "kind": kind_of(who.agency_key, region.kind if region else None).value,
                "region_id": region.id if region else None,
                "area_id": region.area_id if region else None,
            })  # fmt: skip
        return key

    def region_of_new_agency(self, who: UnitName) -> str | None:
        """Ministries and national agencies have no region, also where a row names one for their unit."""
        return None if is_national(who.agency_key) else who.agency_region

    def stored_key(self, owner: int | str, who: UnitName) -> str:
        """The key within the agency; a second unit of the same name, in another region, has that in it."""
        taken = {unit.key for unit in self.of_agency[owner]} if isinstance(owner, int) else {who.agency_key}
        key = who.unit_key or ""
        if key in taken | self.new_keys[owner]:
            key = f"{key} {who.region_code or ''}".strip()
        self.new_keys[owner].add(key)
        return key

    def suggestions(self, who: UnitName, agency: KnownAgency | None) -> tuple[str, ...]:
        """Did you mean …? Never applied."""
        if self.suggested >= MOST_SUGGESTED:
            return ()
        self.suggested += 1
        if agency is not None:
            return tuple(near(who.unit or "", (unit.name for unit in self.of_agency[agency.id] if not unit.is_root)))
        if self.names is None:
            self.names = NearNames(agency.name for agency in self.stands.agencies)
        return tuple(self.names.near(who.agency))


def is_national(agency_key: str) -> bool:
    first = agency_key.split(" ")[0]
    return first == "kementerian" or first in NATIONAL


def kind_of(agency_key: str, region: RegionKind | None) -> AgencyKind:
    """What kind of agency a new one is: by its name, else by its region."""
    words = agency_key.split(" ")
    if words[0] == "pemerintah" and len(words) > 1 and words[1] in GOVERNMENTS:
        return GOVERNMENTS[words[1]]
    if words[0] == "kementerian":
        return AgencyKind.MINISTRY
    return OF_REGION[region] if region is not None and words[0] not in NATIONAL else AgencyKind.NATIONAL_AGENCY
