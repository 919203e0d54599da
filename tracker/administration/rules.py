"""Which roles hold where, and what an account's names may look like. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.directory.states import Role
from tracker.kit.words import N_

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,62})[a-z0-9]")
NIP = re.compile(r"\d{18}")


class ScopeKind(StrEnum):
    """How far a membership reaches."""

    EVERYTHING = "everything"
    AREA = "area"
    AGENCY = "agency"
    UNIT = "unit"


K = ScopeKind
SCOPES: Mapping[Role, tuple[ScopeKind, ...]] = {
    Role.ADMINISTRATOR: (K.EVERYTHING,),
    Role.LEADERSHIP: (K.EVERYTHING,),
    Role.ASSISTANT_DEPUTY: (K.AREA,),
    Role.MENTOR: (K.AREA, K.UNIT),
    Role.COORDINATOR: (K.AGENCY,),
    Role.UNIT_OFFICER: (K.UNIT,),
    Role.COMPLAINT_OFFICER: (K.AGENCY, K.UNIT),
    Role.VIEWER: (K.EVERYTHING, K.AREA, K.AGENCY, K.UNIT),
}
"""Where each role may be held."""

LABELS = {
    K.EVERYTHING: N_("Seluruhnya"),
    K.AREA: N_("Wilayah pembinaan"),
    K.AGENCY: N_("Instansi"),
    K.UNIT: N_("Unit pelayanan"),
}


@dataclass(frozen=True, slots=True)
class ScopeRef:
    """A scope as a form carries it: "unit:12", or "everything"."""

    kind: ScopeKind
    id: int | None = None

    @classmethod
    def read(cls, text: str) -> "ScopeRef | None":
        """None for what is no scope."""
        kind, _, number = text.partition(":")
        if text == K.EVERYTHING:
            return cls(K.EVERYTHING)
        if kind in (K.AREA, K.AGENCY, K.UNIT) and number.isascii() and number.isdigit() and len(number) < 10:
            return cls(ScopeKind(kind), int(number))
        return None

    def __str__(self) -> str:
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


def username_problem(username: str) -> str | None:
    """Why a user name cannot be, or None."""
    if not USERNAME.fullmatch(username):
        return N_("Nama pengguna: 3 sampai 64 huruf kecil, angka, titik, atau tanda hubung, tanpa spasi.")
    return None


def nip_problem(nip: str) -> str | None:
    """An employee's number has 18 digits; not everybody has one."""
    if nip and not NIP.fullmatch(nip):
        return N_("NIP terdiri atas 18 angka. Kosongkan bila tidak ada.")
    return None


def digits(nip: str) -> str:
    """An employee's number without the spaces it is printed with."""
    return re.sub(r"[\s'.-]", "", nip)
