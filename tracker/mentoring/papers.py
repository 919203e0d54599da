"""The papers of a session once it was held: official record, minutes, list of those present. Pure.

They are Indonesian whoever reads the interface in what language: official papers of the state are (UU 24/2009).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tracker.kit.documents import (
    Block,
    CheckMark,
    Document,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Signature,
    Signatures,
    Table,
)
from tracker.mentoring.spelling import day_in_words, listed, written

ZONE_NAMES = {7: "WIB", 8: "WITA", 9: "WIT"}
NOTHING = "–"
DOTS = "…………………………"
DRAFT = "RANCANGAN"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as papers name them. `present` per day, in the order of the days; `number` is the NIP."""

    name: str
    post: str = ""
    body: str = ""
    """The unit or agency they came for."""
    number: str = ""
    present: tuple[bool | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What was prepared and noted about one aspect of a unit (aspect "": the unit as a whole)."""

    aspect: str
    activity: str = ""
    obstacle: str = ""
    plan: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment as the record lists it."""

    aspect: str
    text: str
    who: str
    due_on: date


@dataclass(frozen=True, slots=True)
class UnitRecord:
    unit: str
    agency: str
    said: tuple[Said, ...] = ()
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """All that the papers of one session need. `days` are instants; `zone` is where it was planned."""

    number: int
    title: str
    series: str
    mode: str
    link: str
    place: str
    zone: ZoneInfo
    host: str
    agenda: str
    days: tuple[tuple[datetime, datetime], ...]
    units: tuple[UnitRecord, ...]
    bureaus: tuple[str, ...] = ()
    """The organisation bureaus that took part, by name and place."""
    people: tuple[Person, ...] = ()
    hosts: tuple[Person, ...] = ()
    """Who holds it on the ministry's side: those to whom the assignment is given."""
    conclusion: str = ""
    corrections: tuple[tuple[str, str, str, date], ...] = ()
    """Text, reason, author and day of each correction of the locked minutes."""
    letter_number: str = ""
    assignment_number: str = ""
    record_number: str = ""
    signer: Person | None = None
    letterhead: tuple[str, ...] = ()
    cycle: str = ""
    issued_on: date | None = None
    is_draft: bool = False
    """To be looked at before it is issued: every page says so."""


def times(record: SessionRecord) -> list[str]:
    """Kamis, 14 Mei 2020, pukul 09.00–15.00 WIB, for each day."""
    said = []
    for start, end in record.days:
        here, until = start.astimezone(record.zone), end.astimezone(record.zone)
        offset = here.utcoffset()
        name = ZONE_NAMES.get(int(offset.total_seconds() // 3600) if offset else 0, str(record.zone))
        said.append(f"{weekday(here.date())}, {written(here.date())}, pukul {here:%H.%M}–{until:%H.%M} {name}")
    return said


def weekday(day: date) -> str:
    return day_in_words(day).partition(" ")[0]


def where(record: SessionRecord) -> str:
    return " / ".join(part for part in (record.place, record.link) if part) or NOTHING


def head(record: SessionRecord) -> Facts:
    return Facts(
        [
            ("Acara", record.title),
            *([("Rangkaian", record.series)] if record.series else []),
            ("Hari, tanggal, dan waktu", "; ".join(times(record))),
            ("Pelaksanaan", record.mode),
            ("Tempat/tautan", where(record)),
            ("Penyelenggara", record.host or NOTHING),
        ]
    )


def paper(record: SessionRecord, title: str, number: str, blocks: Sequence[Block], address: str) -> Document:
    mark = [CheckMark(address, "Keaslian dokumen ini dapat diperiksa di:")] if address else []
    title = f"{DRAFT} {title}" if record.is_draft else title
    return Document(
        title=title,
        subtitle=f"Nomor: {number}" if number else "",
        blocks=[*blocks, *mark],
        letterhead=record.letterhead,
        author=record.host or "Tuntas",
        foot=f"{title} · Sesi {record.number} · {record.title}",
    )


def official_record(record: SessionRecord, address: str = "") -> Document:
    """Berita acara: days in words, parties, every unit with what was found and promised, and who signs."""
    days = listed([day_in_words(start.astimezone(record.zone).date()) for start, _ in record.days])
    parties = listed([f"{unit.unit}, {unit.agency}" for unit in record.units]) or NOTHING
    opening = (
        f"Pada hari ini, {days}, telah dilaksanakan {record.title} secara {record.mode.lower()} "
        f"bertempat di {where(record)}, yang diselenggarakan oleh {record.host or NOTHING} dan diikuti oleh "
        f"{len(record.units)} unit pelayanan publik: {parties}"
        + (f"; didampingi {listed(list(record.bureaus))}." if record.bureaus else ".")
    )
    blocks: list[Block] = [Paragraph(opening), head(record)]
    blocks += [Heading("Hasil pembahasan dan komitmen")]
    for position, unit in enumerate(record.units, start=1):
        blocks += unit_in_record(position, unit)
    if record.conclusion:
        blocks += [Heading("Kesimpulan"), Paragraph(record.conclusion)]
    blocks += corrections(record)
    blocks += [Paragraph("Demikian Berita Acara ini dibuat sebagaimana mestinya."), signatures(record)]
    if record.people:
        blocks += [PageBreak(), Heading("Lampiran: daftar hadir"), *presence(record)]
    return paper(record, "BERITA ACARA", record.record_number, blocks, address)


def unit_in_record(position: int, unit: UnitRecord) -> list[Block]:
    blocks: list[Block] = [Heading(f"{position}. {unit.unit}, {unit.agency}", level=2)]
    found = [
        [said.aspect or "Umum", "\n".join(said.notes) or said.obstacle or NOTHING, said.plan or NOTHING]
        for said in unit.said
        if said.notes or said.obstacle or said.plan
    ]
    if found:
        blocks.append(Table(["Aspek", "Pembahasan", "Rencana tindak lanjut"], found, widths=(1.2, 2.4, 2)))
    if unit.promises:
        rows = [
            [str(line), promise.aspect, promise.text, promise.who or NOTHING, written(promise.due_on)]
            for line, promise in enumerate(unit.promises, start=1)
        ]
        header = ["No", "Aspek", "Komitmen", "Penanggung jawab", "Batas waktu"]
        blocks.append(Table(header, rows, widths=(0.4, 1.3, 3, 1.4, 1.1), caption="Komitmen"))
    else:
        blocks.append(Paragraph("Tidak ada komitmen yang dicatat untuk unit ini.", kind="note"))
    return blocks


def minutes(record: SessionRecord, address: str = "") -> Document:
    """Notula: per unit and aspect what was presented, what stood in the way, what was said and is planned."""
    blocks: list[Block] = [head(record)]
    if record.agenda:
        blocks += [Heading("Agenda"), Items([line for line in record.agenda.splitlines() if line.strip()])]
    blocks.append(Heading("Pembahasan"))
    for position, unit in enumerate(record.units, start=1):
        blocks.append(Heading(f"{position}. {unit.unit}, {unit.agency}", level=2))
        rows = [
            [said.aspect or "Umum", said.activity or NOTHING, said.obstacle or NOTHING, said.plan or NOTHING,
             "\n".join(said.notes) or NOTHING]
            for said in unit.said
        ]  # fmt: skip
        if rows:
            header = ["Aspek", "Kegiatan", "Kendala", "Rencana tindak lanjut", "Catatan"]
            blocks.append(Table(header, rows, widths=(1, 1.6, 1.4, 1.6, 1.8)))
        else:
            blocks.append(Paragraph("Tidak ada catatan.", kind="note"))
    if record.conclusion:
        blocks += [Heading("Kesimpulan"), Paragraph(record.conclusion)]
    return paper(record, "NOTULA", record.record_number, [*blocks, *corrections(record)], address)


def attendance_list(record: SessionRecord, address: str = "") -> Document:
    """Daftar hadir: everybody invited or present, day by day."""
    blocks = [head(record), *presence(record), signatures(record, countersigned=False)]
    return paper(record, "DAFTAR HADIR", record.record_number, blocks, address)


def presence(record: SessionRecord) -> list[Block]:
    """Everybody with the days on which they came, and how many that is."""
    dates = [f"{start.astimezone(record.zone):%d-%m-%Y}" for start, _ in record.days]
    rows = [
        [str(line), person.name, person.post or NOTHING, person.body or NOTHING, *map(mark, days_of(person, record))]
        for line, person in enumerate(record.people, start=1)
    ]
    present = sum(any(person.present) for person in record.people)
    return [
        Table(["No", "Nama", "Jabatan", "Unit/instansi", *dates], rows, widths=(0.4, 2, 1.6, 2.2, *[0.9] * len(dates))),
        Paragraph(f"{present} dari {len(record.people)} orang hadir."),
    ]


def days_of(person: Person, record: SessionRecord) -> Sequence[bool | None]:
    return person.present or [None] * len(record.days)


def mark(present: bool | None) -> str:
    return {True: "Hadir", False: "Tidak hadir", None: NOTHING}[present]


def corrections(record: SessionRecord) -> list[Block]:
    if not record.corrections:
        return []
    rows = [[written(day), text, reason, author] for text, reason, author, day in record.corrections]
    header = ["Tanggal", "Koreksi", "Alasan", "Oleh"]
    return [Heading("Koreksi setelah sesi ditutup"), Table(header, rows, widths=(1, 3, 2, 1.3))]


def signatures(record: SessionRecord, *, countersigned: bool = True) -> Signatures:
    """The host's side, with the day; below it, who confirms it for the organisation bureaus."""
    signer = record.signer or Person(name=DOTS, post="")
    day = f"Tanggal {written(record.issued_on)}" if record.issued_on else ""
    own = Signature(signer.post or "Penyelenggara", signer.name, above=day, number=signer.number)
    bureaus = record.bureaus if countersigned else ()
    known = [Signature(f"Kepala {bureau}", DOTS, above="Mengetahui,") for bureau in bureaus]
    return Signatures([own, *known])
