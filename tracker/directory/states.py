"""The closed lists of the directory: roles, kinds of agency, kinds of day. Pure."""

from enum import StrEnum

from tracker.kit.holidays_id import HolidayKind as HolidayKind
from tracker.kit.words import N_


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    LEADERSHIP = "leadership"
    ASSISTANT_DEPUTY = "assistant_deputy"
    MENTOR = "mentor"
    COORDINATOR = "coordinator"
    UNIT_OFFICER = "unit_officer"
    COMPLAINT_OFFICER = "complaint_officer"
    VIEWER = "viewer"


class AgencyKind(StrEnum):
    MINISTRY = "ministry"
    NATIONAL_AGENCY = "national_agency"
    PROVINCE = "province"
    REGENCY = "regency"
    CITY = "city"


class RegionKind(StrEnum):
    PROVINCE = "province"
    REGENCY = "regency"
    CITY = "city"


LABELS = {
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.LEADERSHIP: N_("Deputi"),
    Role.ASSISTANT_DEPUTY: N_("Asisten Deputi"),
    Role.MENTOR: N_("Pendamping"),
    Role.COORDINATOR: N_("Bagian/Biro Organisasi"),
    Role.UNIT_OFFICER: N_("Petugas unit"),
    Role.COMPLAINT_OFFICER: N_("Pejabat penghubung pengaduan"),
    Role.VIEWER: N_("Auditor"),
    AgencyKind.MINISTRY: N_("Kementerian"),
    AgencyKind.NATIONAL_AGENCY: N_("Lembaga"),
    AgencyKind.PROVINCE: N_("Pemerintah provinsi"),
    AgencyKind.REGENCY: N_("Pemerintah kabupaten"),
    AgencyKind.CITY: N_("Pemerintah kota"),
    HolidayKind.NATIONAL: N_("Libur nasional"),
    HolidayKind.JOINT_LEAVE: N_("Cuti bersama"),
    HolidayKind.REGIONAL: N_("Libur daerah"),
    HolidayKind.WORKING: N_("Tetap hari kerja"),
}

TIME_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
"""WIB, WITA, WIT. Asia/Pontianak has the offset of Asia/Jakarta (Keppres 41/1987)."""
