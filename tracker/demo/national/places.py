"""Agencies of every region, ministries, and the units that are evaluated."""

from dataclasses import dataclass
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.demo.national.writer import Writer
from tracker.directory.models import Agency, Contact, Region, ServiceUnit
from tracker.directory.names import agency_key, unit_key
from tracker.directory.states import AgencyKind, RegionKind

KINDS = {
    RegionKind.PROVINCE: AgencyKind.PROVINCE,
    RegionKind.REGENCY: AgencyKind.REGENCY,
    RegionKind.CITY: AgencyKind.CITY,
}
UNITS = (
    "Dinas Kependudukan dan Pencatatan Sipil", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
    "Rumah Sakit Umum Daerah", "Dinas Sosial", "Dinas Pendidikan", "Dinas Perhubungan", "Dinas Kesehatan",
    "Dinas Tenaga Kerja", "Badan Pendapatan Daerah", "Dinas Lingkungan Hidup", "Dinas Perpustakaan dan Kearsipan",
    "Badan Kepegawaian Daerah",
)  # fmt: skip
MINISTRIES = (
    ("Kementerian Agama", AgencyKind.MINISTRY), ("Kementerian Kesehatan", AgencyKind.MINISTRY),
    ("Kementerian Sosial", AgencyKind.MINISTRY), ("Kementerian Perhubungan", AgencyKind.MINISTRY),
    ("Kementerian Ketenagakerjaan", AgencyKind.MINISTRY), ("Kementerian Hukum", AgencyKind.MINISTRY),
    ("Kementerian Keuangan", AgencyKind.MINISTRY), ("Kementerian Pertanian", AgencyKind.MINISTRY),
    ("Kementerian Perdagangan", AgencyKind.MINISTRY), ("Kementerian Perindustrian", AgencyKind.MINISTRY),
    ("Kementerian Kebudayaan", AgencyKind.MINISTRY), ("Kementerian Ekonomi Kreatif", AgencyKind.MINISTRY),
    ("Badan Pengawas Obat dan Makanan", AgencyKind.NATIONAL_AGENCY),
    ("Badan Pertanahan Nasional", AgencyKind.NATIONAL_AGENCY),
    ("Badan Kepegawaian Negara", AgencyKind.NATIONAL_AGENCY),
    ("Badan Narkotika Nasional", AgencyKind.NATIONAL_AGENCY),
)  # fmt: skip
UNITS_AN_AGENCY = 10
WITHOUT_AREA = 0.01
CONFIRMING = 0.05


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as the other parts of the data set need to know it."""

    unit_id: int
    agency_id: int
    area_id: int | None
    timezone: str
    region_code: str
    agency: str
    unit: str
    confirms: bool


@dataclass(frozen=True, slots=True)
class Office:
    name: str
    kind: AgencyKind
    region: Region | None


def write_places(writer: Writer, session: Session, chance: Random, number: int) -> list[Place]:
    """So many units, spread over the agencies in turn, so that each area has about a third."""
    offices = all_offices(session, chance)[: max(1, number // UNITS_AN_AGENCY)]
    agencies = [write_agency(writer, office, chance.random() < CONFIRMING) for office in offices]
    places = []
    for n in range(number):
        office, (agency_id, confirms) = offices[n % len(offices)], agencies[n % len(offices)]
        places.append(write_unit(writer, office, agency_id, confirms, n // len(offices), chance))
    writer.write()
    return places


def all_offices(session: Session, chance: Random) -> list[Office]:
    """All regional governments and the ministries, shuffled: the first few are a fair sample of all.

    Units of ministries have no area until an administrator sets it.
    """
    regions = session.scalars(sa.select(Region).order_by(Region.code)).all()
    offices = [Office(f"Pemerintah {full_name(region)}", KINDS[region.kind], region) for region in regions]
    offices += [Office(name, kind, None) for name, kind in MINISTRIES]
    chance.shuffle(offices)
    return offices


def full_name(region: Region) -> str:
    return f"Provinsi {region.name}" if region.kind is RegionKind.PROVINCE else region.name


def write_agency(writer: Writer, office: Office, confirms: bool) -> tuple[int, bool]:
    region = office.region
    key = agency_key(office.name, region.name if region else "")
    place = {"region_id": region.id if region else None}
    agency_id = writer.add(
        Agency, name=office.name, name_key=key, kind=office.kind, confirms_evidence=confirms, **place
    )
    area = {"area_id": region.area_id if region else None}
    writer.add(ServiceUnit, agency_id=agency_id, name=office.name, name_key=key, is_root=True, **place, **area)
    return agency_id, confirms


def write_unit(writer: Writer, office: Office, agency_id: int, confirms: bool, turn: int, chance: Random) -> Place:
    region = office.region
    name = unit_name(turn)
    area_id = region.area_id if region and chance.random() >= WITHOUT_AREA else None
    unit_id = writer.add(
        ServiceUnit,
        agency_id=agency_id,
        region_id=region.id if region else None,
        area_id=area_id,
        name=name,
        name_key=unit_key(name, region.name if region else ""),
        joined_sippn=chance.random() < 0.7,
        joined_lapor=chance.random() < 0.6,
    )
    phone = f"+62 812 {chance.randrange(1000, 9999)} {chance.randrange(1000, 9999)}"
    writer.add(Contact, unit_id=unit_id, name="Kepala Bagian Umum (contoh)", post="Narahubung", phone=phone)
    zone = region.timezone if region else "Asia/Jakarta"
    code = region.code if region else ""
    return Place(unit_id, agency_id, area_id, zone, code, office.name, name, confirms)


def unit_name(turn: int) -> str:
    """The usual ones first, then branches that are counted."""
    branch, which = divmod(turn, len(UNITS))
    return UNITS[which] if branch == 0 else f"{UNITS[which]} Cabang {branch}"
