"""Who plays in the demonstration: one account per role, and officers of some of the other units. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.directory.states import Role

TUAL, SORONG, PALOPO, KONAWE, MINSEL = "81.72", "96.71", "73.73", "74.02", "71.05"
MERAUKE, MANOKWARI, PANGKEP = "93.01", "92.02", "73.10"
AREA = "III"
WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"


class Where(StrEnum):
    EVERYTHING = "everything"
    AREA = "area"
    AGENCY = "agency"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Part:
    """An account. `region` names the agency or unit by its region's code; `seen` is days since the last sign-in."""

    username: str
    name: str
    role: Role
    where: Where = Where.EVERYTHING
    region: str = ""
    zone: str = WIB
    is_head: bool = False
    seen: int | None = 1
    told: bool = True
    """Printed by `make run`."""


R = Role
CAST = (
    Part("admin", "Dewi Anggraini", R.ADMINISTRATOR),
    Part("deputi", "Hendra Gunawan", R.LEADERSHIP),
    Part("asdep3", "Bambang Prasetyo", R.ASSISTANT_DEPUTY, Where.AREA),
    Part("asdep3b", "Ratna Kusumawardhani", R.ASSISTANT_DEPUTY, Where.AREA, seen=2),
    Part("pendamping", "Yulia Maharani", R.MENTOR, Where.AREA),
    Part("auditor", "Siti Rahmawati", R.VIEWER, seen=6),
    Part("organisasi", "Hasan Renyaan", R.COORDINATOR, Where.AGENCY, TUAL, WIT),
    Part("operator", "Maria Rahanra", R.UNIT_OFFICER, Where.UNIT, TUAL, WIT, is_head=True),
    Part("pengaduan", "Yusuf Tamher", R.COMPLAINT_OFFICER, Where.AGENCY, TUAL, WIT, seen=4),
    Part("pengaduan-sorong", "Ester Kalami", R.COMPLAINT_OFFICER, Where.AGENCY, SORONG, WIT, seen=5, told=False),
    Part("pengaduan-palopo", "Rahmat Idris", R.COMPLAINT_OFFICER, Where.AGENCY, PALOPO, WITA, seen=3, told=False),
    Part("operator-tual2", "Frans Ohoiwutun", R.UNIT_OFFICER, Where.UNIT, TUAL, WIT, seen=9, told=False),
    Part("operator-sorong", "Yohana Kambuaya", R.UNIT_OFFICER, Where.UNIT, SORONG, WIT, is_head=True, told=False),
    Part("operator-palopo", "Andi Mappangara", R.UNIT_OFFICER, Where.UNIT, PALOPO, WITA, is_head=True, told=False),
    Part("organisasi-palopo", "Nurhayati Baso", R.COORDINATOR, Where.AGENCY, PALOPO, WITA, seen=3, told=False),
    Part("operator-minsel", "Jefry Mandagi", R.UNIT_OFFICER, Where.UNIT, MINSEL, WITA, is_head=True, seen=18,
         told=False),
    Part("operator-konawe", "La Ode Rahman", R.UNIT_OFFICER, Where.UNIT, KONAWE, WITA, is_head=True, seen=None,
         told=False),
)  # fmt: skip
WITHOUT_ACCOUNT = (MERAUKE, MANOKWARI, PANGKEP)
CONTACTS = {
    TUAL: ("Maria Rahanra", "Kepala Dinas", "0800-0000-0172"),
    SORONG: ("Yohana Kambuaya", "Sekretaris Dinas", "0800-0000-0671"),
    PALOPO: ("Andi Mappangara", "Kepala Dinas", "0800-0000-0373"),
    MINSEL: ("Jefry Mandagi", "Kepala Bidang Pelayanan", "0800-0000-0105"),
    KONAWE: ("La Ode Rahman", "Kepala Dinas", "0800-0000-0402"),
    MERAUKE: ("Agustina Gebze", "Kepala Dinas", "0800-0000-0301"),
}
"""Whom to call; the numbers belong to nobody. The other two units have told of nobody yet."""
CONFIRMS = PALOPO
"""Its coordinator looks at evidence before the verifier's side does."""
UNIT_NAME = "Dinas Kependudukan dan Pencatatan Sipil"
