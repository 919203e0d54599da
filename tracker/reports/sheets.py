"""A report as a table and as a paper: one set of rows, one count and one checksum for xlsx, CSV, PDF and Word."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from tracker.kit import content, export
from tracker.kit.documents import Document, Paragraph
from tracker.kit.typesetting import pdf
from tracker.kit.word import word

Rows = Callable[[], Iterator[Sequence[export.Value]]]

MEDIA: Mapping[str, str] = {
    ".pdf": content.PDF,
    ".docx": content.DOCX,
    ".xlsx": content.XLSX,
    ".csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a report, to be read anew as often as they are asked for."""

    columns: Sequence[export.Column]
    rows: Rows
    total: int
    as_of: str
    """The last line says "per …": the day, and when the report was made."""
    filter: str
    sheet: str
    about: Sequence[tuple[str, str]] = ()

    @property
    def last(self) -> export.LastRow:
        return export.LastRow(self.total, self.as_of, f"saringan: {self.filter}")

    def closing(self) -> str:
        """What the last row of the sheet says, for the end of a paper."""
        shown, counted = 0, self.rows()

        def each() -> Iterator[Sequence[export.Value]]:
            nonlocal shown
            for row in counted:
                shown += 1
                yield row

        checksum = export.checksum(self.columns, each())
        if shown != self.total:
            raise export.Incomplete(f"{shown} of the {self.total} rows that were promised")
        return export.LAST_ROW % {
            "shown": shown,
            "total": self.total,
            "as_of": self.as_of,
            "filter": self.last.filter,
            "checksum": checksum,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What is made for somebody: a list, and where it is one, a paper. `name` is that of its file, without ending."""

    title: str
    name: str
    listing: Listing
    paper: Callable[[], Document] | None = None
    endings: tuple[str, ...] = (".xlsx", ".csv")
    rows_at_once: int | None = None
    """A longer sheet is made in the background; None: as long as any."""

    def write(self, ending: str, stream: BinaryIO, told: Callable[[int], None] | None = None) -> None:
        """The file of this ending, whole; `told` hears now and then how many rows are done.

        Raises Incomplete or DocumentFailed; what is in the stream by then is worthless.
        """
        listing = self.listing
        if ending in (".xlsx", ".csv"):
            rows = listing.rows() if told is None else counted(listing.rows(), told)
            if ending == ".csv":
                export.write_csv(stream, listing.columns, rows, listing.last)
            else:
                export.write_xlsx(
                    stream, listing.columns, rows, listing.last, listing.sheet, listing.about, "Keterangan"
                )
            return
        stream.write((pdf if ending == ".pdf" else word)(self.whole_paper()))

    def whole_paper(self) -> Document:
        """The paper with its last line: how many rows there are, of when, by what filter, with what checksum."""
        assert self.paper is not None
        made = self.paper()
        return replace(made, blocks=[*made.blocks, Paragraph(self.listing.closing(), kind="note")])


TOLD_EVERY = 2000


def counted(rows: Iterator[Sequence[export.Value]], told: Callable[[int], None]) -> Iterator[Sequence[export.Value]]:
    for done, row in enumerate(rows, start=1):
        yield row
        if done % TOLD_EVERY == 0:
            told(done)
