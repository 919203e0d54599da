"""What one row of an export says of a complaint, and what is wrong with it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, TypeVar

from tracker.complaints import intake_cells
from tracker.complaints.intake_columns import OF_THE_CITIZEN, Columns
from tracker.complaints.states import Classification, ComplaintStatus
from tracker.kit.cells import Cell
from tracker.kit.words import N_

Value = TypeVar("Value")
EARLIEST_YEAR = 2000

NO_NUMBER = N_("Tracking ID kosong.")
BAD_NUMBER = N_(
    "Ini bukan Tracking ID: harus angka, tanpa pembulatan Excel seperti 5,1E+06. Simpan kolomnya sebagai teks."
)
NO_DATE = N_("Tanggal laporan masuk kosong.")
BAD_DATE = N_("Tanggal ini tidak dapat dibaca. Tulis hari lebih dahulu: 04/05/2020 09:30, atau 2020-05-04.")
BAD_YEAR = N_("Periksa tahunnya.")
NO_STATUS = N_("Status laporan kosong.")
BAD_STATUS = N_(
    "Status ini tidak dikenal. Yang dikenal: Belum Terverifikasi, Belum Ditindaklanjuti, Dalam Proses, Tertunda, "
    "Selesai, Diarsipkan."
)
BAD_CLASS = N_(
    "Klasifikasi ini tidak dikenal. Yang dikenal: Pengaduan berkadar pengawasan, Pengaduan tidak berkadar pengawasan, "
    "Aspirasi, Permintaan informasi."
)
NO_CLASS = N_("Klasifikasi kosong, padahal laporan ini sudah diverifikasi.")
BAD_KIND = N_("Tipe ini tidak dikenal. Yang dikenal: Anonim, Rahasia, Anonim dan Rahasia, Publik, atau kosong.")
NO_TEXT = N_("Judul dan isi laporan kosong.")
TOO_LONG = N_("Isian ini lebih panjang dari 300 karakter.")
OTHER_WIDTH = N_(
    "Jumlah kolom baris ini tidak sama dengan judulnya. Periksa tanda kutip dan pemisah kolom di dalam isi laporan."
)
LATER = N_("Tanggal ini belum tiba. Periksa urutan hari dan bulannya.")

NEEDS_NO_CLASS = (ComplaintStatus.NEW, ComplaintStatus.FORWARDED, ComplaintStatus.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What keeps a row from being read: at which field, and a message marked for translation.

    What stood there is never kept: a shifted row may have put a name anywhere.
    """

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A complaint as a file tells of it. Moments are naive where the file names no zone: of the unit's place."""

    tracking_id: str
    status: ComplaintStatus
    received_at: datetime
    title: str = ""
    body: str = ""
    classification: Classification | None = None
    topic: str = ""
    channel: str = ""
    service: str = ""
    place: str = ""
    is_anonymous: bool = False
    is_confidential: bool = False
    happened_on: date | None = None
    disposed_at: datetime | None = None
    agency: str = ""
    unit: str = ""
    follow_up: str = ""
    followed_up_at: datetime | None = None
    citizen: Mapping[str, str] = field(default_factory=dict)
    """name, telephone, email, number, address; empty where it is anonymous."""

    def as_json(self) -> dict[str, Any]:
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        for name in ("received_at", "happened_on", "disposed_at", "followed_up_at"):
            found[name] = found[name] and found[name].isoformat()
        return found

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "ReadRow":
        moments = {
            name: told[name] and datetime.fromisoformat(told[name])
            for name in ("received_at", "disposed_at", "followed_up_at")
        }
        return cls(
            **{
                **told,
                **moments,
                "happened_on": told["happened_on"] and date.fromisoformat(told["happened_on"]),
                "status": ComplaintStatus(told["status"]),
                "classification": Classification(told["classification"]) if told["classification"] else None,
            }
        )


@dataclass(slots=True)
class Reader:
    """Reads the rows of one sheet, whose columns are known."""

    columns: Columns
    width: int
    today: date
    wrong: list[Wrong] = field(default_factory=list)
    cells: Sequence[Cell] = ()

    def read(self, cells: Sequence[Cell]) -> ReadRow | list[Wrong]:
        """The row, or all that is wrong with it."""
        self.cells, self.wrong = cells, []
        if any(cell is not None for cell in cells[self.width :]) or self.is_cut_short():
            return [Wrong("", OTHER_WIDTH)]
        row = self.row()
        return row if row is not None and not self.wrong else self.wrong

    def is_cut_short(self) -> bool:
        """Ends before its headings do, where a file's rows are all equally long: a line break tore it apart."""
        return len(self.cells) < self.width and len(self.cells) <= max(self.columns.values(), default=0)

    def row(self) -> ReadRow | None:
        said = intake_cells
        tracking_id = self.needed("tracking_id", said.tracking_id, NO_NUMBER, BAD_NUMBER)
        received_at = self.needed("received_at", said.moment, NO_DATE, BAD_DATE)
        status = self.needed("status", said.status, NO_STATUS, BAD_STATUS)
        classification = self.tried("classification", said.classification, BAD_CLASS)
        hidden = self.tried("kind", said.hidden, BAD_KIND) or (False, False)
        title, body = said.words(self.cell("title")), said.words(self.cell("body"))
        if not title and not body:
            self.wrong.append(Wrong("body" if "body" in self.columns else "title", NO_TEXT))
        if classification is None and status is not None and status not in NEEDS_NO_CLASS:
            self.note("classification", NO_CLASS)
        moments = {name: self.moment(name) for name in ("disposed_on", "followed_up_on", "happened_on")}
        self.check_day("received_at", received_at)
        citizen = {name: said.words(self.cell(name)) for name in OF_THE_CITIZEN}
        is_anonymous = hidden[0] or said.phrase(citizen["name"]) in said.NO_NAME
        lines = {name: self.tried(name, said.line, TOO_LONG) or "" for name in ("topic", "channel", "service", "place")}
        if tracking_id is None or received_at is None or status is None:
            return None
        happened = moments["happened_on"]
        return ReadRow(
            tracking_id=tracking_id, status=status, received_at=received_at, title=title, body=body,
            classification=classification, is_anonymous=is_anonymous, is_confidential=hidden[1],
            happened_on=happened.date() if happened else None,
            disposed_at=moments["disposed_on"], followed_up_at=moments["followed_up_on"],
            agency=" ".join(said.words(self.cell("agency")).split()),
            unit=" ".join(said.words(self.cell("unit")).split()),
            follow_up=said.words(self.cell("follow_up")), **lines,
            citizen={} if is_anonymous else {name: text for name, text in citizen.items() if text},
        )  # fmt: skip

    def cell(self, name: str) -> Cell:
        position = self.columns.get(name)
        return self.cells[position] if position is not None and position < len(self.cells) else None

    def needed(self, name: str, read: Callable[[Cell], Value], empty: str, unreadable: str) -> Value | None:
        if not intake_cells.words(self.cell(name)):
            self.note(name, empty)
            return None
        return self.tried(name, read, unreadable)

    def tried(self, name: str, read: Callable[[Cell], Value], unreadable: str) -> Value | None:
        try:
            return read(self.cell(name))
        except (ValueError, OverflowError):
            self.note(name, unreadable)
            return None

    def moment(self, name: str) -> datetime | None:
        if not intake_cells.words(self.cell(name)).strip("-– "):
            return None
        at = self.tried(name, intake_cells.moment, BAD_DATE)
        self.check_day(name, at)
        return at

    def check_day(self, name: str, at: datetime | None) -> None:
        if at is None:
            return
        if at.date() > self.today:
            self.note(name, LATER)
        elif at.year < EARLIEST_YEAR:
            self.note(name, BAD_YEAR)

    def note(self, name: str, message: str) -> None:
        self.wrong.append(Wrong(name, message))
