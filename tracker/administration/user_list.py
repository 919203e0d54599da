"""Reading a list of people as an office makes it: which column is which, and what is wrong with a row. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from tracker.administration.rules import SCOPES, ScopeKind, digits, nip_problem, username_problem
from tracker.directory.states import Role
from tracker.kit import cells
from tracker.kit.cells import Cell
from tracker.kit.sheets import Sheet
from tracker.kit.words import N_

LONGEST_LIST = 500
HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("nama", "nama lengkap", "name"),
    "username": ("nama pengguna", "username", "akun", "user"),
    "nip": ("nip",),
    "email": ("surel", "email", "e-mail", "pos-el"),
    "phone": ("telepon", "no telepon", "nomor telepon", "hp", "no hp", "wa", "whatsapp", "phone"),
    "role": ("peran", "role", "jabatan di tuntas"),
    "area": ("wilayah", "area"),
    "agency": ("instansi", "agency"),
    "unit": ("unit", "unit pelayanan", "unit pelayanan publik"),
    "valid_from": ("berlaku dari", "berlaku mulai", "mulai", "valid from"),
    "valid_to": ("berlaku sampai", "sampai", "hari terakhir", "valid to"),
}
REQUIRED = ("name", "username", "role")
ROLE_WORDS: Mapping[str, Role] = {
    **{role.value.replace("_", " "): role for role in Role},
    "administrator": Role.ADMINISTRATOR,
    "admin": Role.ADMINISTRATOR,
    "deputi": Role.LEADERSHIP,
    "pimpinan": Role.LEADERSHIP,
    "asisten deputi": Role.ASSISTANT_DEPUTY,
    "asdep": Role.ASSISTANT_DEPUTY,
    "deputy": Role.LEADERSHIP,
    "pendamping": Role.MENTOR,
    "analis": Role.MENTOR,
    "bagian/biro organisasi": Role.COORDINATOR,
    "bagian organisasi": Role.COORDINATOR,
    "biro organisasi": Role.COORDINATOR,
    "koordinator": Role.COORDINATOR,
    "organisation bureau": Role.COORDINATOR,
    "petugas unit": Role.UNIT_OFFICER,
    "operator": Role.UNIT_OFFICER,
    "pic": Role.UNIT_OFFICER,
    "pejabat penghubung": Role.COMPLAINT_OFFICER,
    "pejabat penghubung pengaduan": Role.COMPLAINT_OFFICER,
    "complaint liaison officer": Role.COMPLAINT_OFFICER,
    "auditor": Role.VIEWER,
    "inspektorat": Role.VIEWER,
}


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A row as it was written, dates in ISO; what could not be read stays as it stands and is told in a problem."""

    row: int
    name: str = ""
    username: str = ""
    nip: str = ""
    email: str = ""
    phone: str = ""
    role: str = ""
    area: str = ""
    agency: str = ""
    unit: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong, as a message with its values."""

    message: str
    values: Mapping[str, str] = field(default_factory=dict)


class NoHeader(Exception):
    """No row of the sheet names the columns that are needed."""


def people_of(sheet: Sheet) -> list[ListedPerson]:
    """The people on a sheet, below the row that names the columns."""
    for number, row in sheet.numbered():
        columns = columns_of(row)
        if all(name in columns for name in REQUIRED):
            below = ((below_number, each) for below_number, each in sheet.numbered() if below_number > number)
            return [person_of(at, each, columns) for at, each in below if any(cells.text(cell) for cell in each)]
    raise NoHeader


def columns_of(row: Iterable[Cell]) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, cell in enumerate(row):
        written = cells.text(cell).casefold().rstrip(" *:.").replace("_", " ")
        for name, aliases in HEADERS.items():
            if written in aliases:
                found.setdefault(name, position)
    return found


def person_of(number: int, row: list[Cell], columns: Mapping[str, int]) -> ListedPerson:
    read = {name: cells.text(row[position]) for name, position in columns.items()}
    for name in ("valid_from", "valid_to"):
        if read.get(name):
            try:
                read[name] = cells.day(row[columns[name]]).isoformat()
            except ValueError:
                continue
    return ListedPerson(number, **read)


def role_of(person: ListedPerson) -> Role | None:
    return ROLE_WORDS.get(person.role.casefold().replace("_", " ").strip())


def scope_kind_of(person: ListedPerson, role: Role) -> ScopeKind | None:
    """The narrowest scope that the row names, if the role may be held there."""
    named = (
        (ScopeKind.UNIT, person.unit),
        (ScopeKind.AGENCY, person.agency),
        (ScopeKind.AREA, person.area),
        (ScopeKind.EVERYTHING, "-"),
    )
    kind = next(kind for kind, text in named if text)
    if kind not in SCOPES[role] and ScopeKind.EVERYTHING in SCOPES[role] and len(SCOPES[role]) == 1:
        return ScopeKind.EVERYTHING
    return kind if kind in SCOPES[role] else None


def iso_day(text: str) -> date | None:
    """None for an empty text; ValueError for what is no date."""
    return date.fromisoformat(text) if text else None


def problems_of(person: ListedPerson, username: str) -> list[RowProblem]:
    """What can be seen in the row alone."""
    problems = [RowProblem(N_("Nama wajib diisi."))] if not person.name else []
    if problem := username_problem(username):
        problems.append(RowProblem(problem))
    if problem := nip_problem(digits(person.nip)):
        problems.append(RowProblem(problem))
    role = role_of(person)
    if role is None:
        problems.append(RowProblem(N_("Peran “%(role)s” tidak dikenali."), {"role": person.role}))
    elif scope_kind_of(person, role) is None:
        problems.append(RowProblem(N_("Instansi, unit, atau wilayah untuk peran ini belum sesuai.")))
    problems += [
        RowProblem(N_("“%(day)s” bukan tanggal."), {"day": text})
        for text in (person.valid_from, person.valid_to)
        if not is_day(text)
    ]
    return problems


def is_day(text: str) -> bool:
    try:
        iso_day(text)
    except ValueError:
        return False
    return True


def packed(people: Iterable[ListedPerson]) -> str:
    """The rows as the preview carries them to the confirmation, where they are checked again."""
    return json.dumps([asdict(person) for person in people], ensure_ascii=False)


def unpacked(text: str) -> list[ListedPerson]:
    """ValueError for what the preview cannot have sent."""
    rows = json.loads(text)
    known = set(ListedPerson.__dataclass_fields__)
    if not isinstance(rows, list) or len(rows) > LONGEST_LIST:
        raise ValueError("not a list of people")
    people = []
    for row in rows:
        if not isinstance(row, dict) or set(row) != known or not isinstance(row["row"], int):
            raise ValueError("not a list of people")
        if not all(isinstance(value, str) for name, value in row.items() if name != "row"):
            raise ValueError("not a list of people")
        people.append(ListedPerson(**row))
    return people
