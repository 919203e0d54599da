"""Reading a workbook of evaluation results into rows, with everything that is wrong with it told at once. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tracker.evaluations.headers import FINDINGS, SCORE, Header, HeaderNames, find_header, header_of, is_numbering
from tracker.evaluations.letters import is_letter, read_letter
from tracker.evaluations.recommendation_rows import RecommendationReader
from tracker.evaluations.reporters import columns_told
from tracker.evaluations.result_rows import ResultReader, total_only
from tracker.evaluations.units import UnitReader
from tracker.evaluations.workbook import (
    CycleFacts,
    LetterFacts,
    Page,
    Problem,
    SheetLike,
    SheetReading,
    Workbook,
    as_found,
    is_blank,
)
from tracker.instruments.rules import InstrumentFacts
from tracker.kit.cells import Cell
from tracker.kit.words import N_

NOTE_BEGINNINGS = ("catatan", "keterangan", "sumber", "note", "source", "*")
NOTHING_TO_IMPORT = N_(
    "Tidak ada lembar hasil atau rekomendasi yang dikenali. Lembar hasil memerlukan baris judul kolom dengan instansi"
    " dan nilai setiap aspek."
)
OR_CHOOSE = N_("Tambahkan kolom itu, atau pilih aspek untuk baris tanpa aspek sebelum membaca berkasnya.")
REPORTERS_LEFT_OUT = N_("Identitas pelapor tidak dibaca dan tidak disimpan; kolom ini dikosongkan.")
NO_ROWS = N_("Lembar hasil dan rekomendasi tidak berisi satu baris pun.")


def read_workbook(
    sheets: Iterable[SheetLike],
    instrument: InstrumentFacts,
    regions: Mapping[str, str],
    cycle: CycleFacts | None = None,
    assumed_aspect: str | None = None,
) -> Workbook:
    """All rows and all problems of a file for one cycle of one instrument.

    `regions` maps every known region code to its name. Results are read before recommendations, whatever the order of
    the sheets, so that a recommendation whose unit was refused is held back instead of being told of a second time.
    `assumed_aspect` is the code of the aspect for recommendations that name none.
    """
    names = HeaderNames(instrument)
    pages = [Page(sheet.name, tuple(sheet.numbered()), sheet.hidden) for sheet in sheets]
    found = [(page, *recognised(page, names)) for page in pages]
    units = UnitReader(regions, instrument.is_ombudsman)
    results = ResultReader(instrument, units)
    recommendations = RecommendationReader(instrument, units, names, results, assumed_aspect)
    for sheet, kind, header in found:
        if kind == "results" and header:
            results.problems += header_problems(sheet, header, instrument)
            read_rows(sheet, header, names, results)
    for sheet, kind, header in found:
        if kind == "recommendations" and header:
            recommendations.problems += recommendation_header_problems(sheet, header, recommendations)
            read_rows(sheet, header, names, recommendations)
    problems = [*results.problems, *recommendations.problems]
    dropped = [notice for sheet, _, _ in found for notice in dropped_columns(sheet)]
    letter = the_letter(found, instrument, cycle, problems)
    workbook = Workbook(
        results=tuple(results.rows),
        recommendations=tuple(recommendations.rows),
        letter=letter,
        problems=in_file_order(problems, found),
        notices=in_file_order([*dropped, *results.notices, *recommendations.notices], found),
        held=tuple(recommendations.held),
        sheets=tuple(as_read(sheet, kind, header) for sheet, kind, header in found),
    )
    return replace(workbook, unusable=unusable(workbook))


RowReader = ResultReader | RecommendationReader
Recognised = tuple[Page, str, Header | None]


def recognised(sheet: Page, names: HeaderNames) -> tuple[str, Header | None]:
    """What a sheet is, by its content. Nobody checked what a hidden sheet says, so it is left out."""
    if sheet.hidden:
        return "hidden", None
    if not any(not is_blank(cell) for _, cells in sheet.rows for cell in cells):
        return "empty", None
    header = find_header(sheet.rows, names)
    kind = names.kind(header) if header else None
    if kind and header:
        return kind, single_score(header, names.instrument)
    return ("letter" if is_letter(sheet) else "unknown"), None


def single_score(header: Header, instrument: InstrumentFacts) -> Header:
    """An instrument with one aspect needs no column of its name: the column of the index holds the score too.

    Of Ombudsman RI the other way round as well: the one value that it gives is the official one.
    """
    if len(instrument.aspects) != 1 or FINDINGS & header.columns.keys():
        return header
    score = SCORE + instrument.aspects[0].code
    whole = "official_index"
    if whole in header.columns and score not in header.columns:
        columns = {**header.columns, score: header.columns[whole]}
    elif instrument.is_ombudsman and score in header.columns and whole not in header.columns:
        columns = {**header.columns, whole: header.columns[score]}
    else:
        return header
    return Header(header.first_row, header.last_row, columns, header.doubles)


def header_problems(sheet: Page, header: Header, instrument: InstrumentFacts) -> Iterator[Problem]:
    """Columns without which no row of results can be taken, and columns that stand twice."""
    if "agency" not in header.columns:
        yield missing_column(sheet, header, "Instansi")
    if not total_only(instrument, header):
        for aspect in instrument.aspects:
            if SCORE + aspect.code not in header.columns:
                yield missing_column(sheet, header, aspect.name)
    for first, second in header.doubles:
        if first.field.startswith(SCORE):
            yield Problem(
                sheet.name, header.last_row, second.header, second.header,
                N_("Dua kolom untuk nilai yang sama: %(first)s dan %(second)s."),
                N_("Hapus salah satu."), {"first": first.header, "second": second.header},
            )  # fmt: skip


def recommendation_header_problems(sheet: Page, header: Header, reader: RecommendationReader) -> Iterator[Problem]:
    if "agency" not in header.columns:
        yield missing_column(sheet, header, "Instansi")
    if "aspect" not in header.columns and reader.assumed_aspect is None:
        missing = missing_column(sheet, header, "Aspek")
        yield replace(missing, expected=OR_CHOOSE) if reader.instrument.is_ombudsman else missing


def dropped_columns(sheet: Page) -> Iterator[Problem]:
    """Columns with reporters, which were emptied before the file was read."""
    for row, heading in columns_told(sheet.rows):
        yield Problem(sheet.name, row, heading, "", REPORTERS_LEFT_OUT)


def missing_column(sheet: Page, header: Header, column: str) -> Problem:
    return Problem(
        sheet.name, header.last_row, column, "",
        N_("Kolom %(column)s tidak ditemukan di baris judul."),
        N_("Tambahkan kolom itu, atau sesuaikan judulnya."), {"column": column},
    )  # fmt: skip


def read_rows(sheet: Page, header: Header, names: HeaderNames, reader: ResultReader | RecommendationReader) -> None:
    """The rows under the header that hold data; a repeated header is skipped, a note is skipped and told of."""
    reader.use(header)
    kind = names.kind(header)
    for number, cells in sheet.rows:
        if number <= header.last_row or not any(cell is not None and cell != "" for cell in cells):
            continue
        again = repeated_header(number, cells, header, names)
        if again is None:
            if is_data(sheet, number, cells, header, reader.notices):
                reader.read(sheet.name, number, cells)
        elif names.kind(again) == kind and len(again.columns) >= len(header.columns):
            header = single_score(again, names.instrument)
            reader.use(header)


def repeated_header(number: int, cells: Sequence[Cell], header: Header, names: HeaderNames) -> Header | None:
    """A header again, as on each printed page, or None. Rows with an ordinary agency are not looked at further."""
    agency = header.columns.get("agency")
    named = cells[agency.position] if agency and agency.position < len(cells) else None
    if not is_blank(named) and names.field_of(named) is None:
        return None
    if any(isinstance(cell, (int, float)) for cell in cells):
        return None
    again = header_of(number, number, names.columns(cells))
    return again if len(again.columns) >= min(3, len(header.columns)) else None


def is_ordinary(cells: Sequence[Cell], header: Header) -> bool:
    """A row with the name of an agency and something more; nearly all are, and need no closer look."""
    agency = header.columns.get("agency")
    named = cells[agency.position] if agency and agency.position < len(cells) else None
    return isinstance(named, str) and len(named) > 3 and sum(cell is not None and cell != "" for cell in cells) > 1


def is_data(sheet: Page, number: int, cells: Sequence[Cell], header: Header, notices: list[Problem]) -> bool:
    if is_ordinary(cells, header):
        return True
    filled = [(position, cell) for position, cell in enumerate(cells) if not is_blank(cell)]
    if not filled or is_numbering(cells):
        return False
    known = {column.position for column in header.columns.values()}
    texts = [cell for _, cell in filled if isinstance(cell, str)]
    if not any(position in known for position, _ in filled):
        if texts:
            notices.append(skipped(sheet, number, texts[0]))
        return False
    if len(filled) == 1 and texts and is_note(filled[0][0], texts[0], header):
        notices.append(skipped(sheet, number, texts[0]))
        return False
    return True


def is_note(position: int, text: str, header: Header) -> bool:
    """A line that stands alone: a remark under the table, a place and date, a signature; never a name alone."""
    names = {header.columns[each].position for each in ("agency", "unit") if each in header.columns}
    return position not in names or text.strip().casefold().startswith(NOTE_BEGINNINGS)


def skipped(sheet: Page, number: int, text: str) -> Problem:
    return Problem(sheet.name, number, "", as_found(text), N_("Baris ini dianggap catatan dan tidak diimpor."))


def the_letter(
    found: Sequence[Recognised], instrument: InstrumentFacts, cycle: CycleFacts | None, problems: list[Problem]
) -> LetterFacts | None:
    letters = [sheet for sheet, kind, _ in found if kind == "letter"]
    for extra in letters[1:]:
        first = extra.rows[0][0] if extra.rows else 1
        problems.append(Problem(extra.name, first, "", "", N_("Satu berkas hanya boleh berisi satu lembar surat.")))
    return read_letter(letters[0], instrument, cycle, problems) if letters else None


def in_file_order(problems: Sequence[Problem], found: Sequence[Recognised]) -> tuple[Problem, ...]:
    order = {sheet.name: position for position, (sheet, _, _) in enumerate(found)}
    return tuple(sorted(problems, key=lambda each: (order[each.sheet], each.row)))


def as_read(sheet: Page, kind: str, header: Header | None) -> SheetReading:
    columns = {name: column.header for name, column in header.columns.items()} if header else {}
    return SheetReading(sheet.name, kind, header.last_row if header else None, columns)


def unusable(workbook: Workbook) -> str | None:
    if not any(sheet.kind in ("results", "recommendations") for sheet in workbook.sheets):
        return NOTHING_TO_IMPORT
    if not (workbook.results or workbook.recommendations or workbook.problems or workbook.held):
        return NO_ROWS
    return None
