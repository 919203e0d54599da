"""Workbooks of results as offices make them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.evaluations.rules import read_workbook
from tracker.evaluations.workbook import CycleFacts, Problem, Workbook
from tracker.instruments.rules import (
    AspectFacts,
    BandBound,
    IndicatorFacts,
    InstrumentFacts,
    band,
    index_of,
)
from tracker.kit.sheets import Cell, Sheet, read

D = Decimal
SAMPLE = Path(__file__).parent / "fixtures" / "hasil-evaluasi-wilayah-iii-2019.xlsx"
ASPECTS = (
    ("kebijakan", "Kebijakan Pelayanan", "Service policy", 30),
    ("sdm", "Profesionalisme SDM", "Human-resource professionalism", 18),
    ("sarpras", "Sarana Prasarana", "Facilities", 15),
    ("sipp", "Sistem Informasi Pelayanan Publik", "Public-service information system", 15),
    ("konsultasi_pengaduan", "Konsultasi dan Pengaduan", "Consultation and complaints", 15),
    ("inovasi", "Inovasi Pelayanan Publik", "Public-service innovation", 7),
)
BANDS = (
    ("A", "4.51", "Pelayanan Prima"), ("A-", "4.01", "Sangat Baik"), ("B", "3.51", "Baik"),
    ("B-", "3.01", "Baik dengan Catatan"), ("C", "2.51", "Cukup"), ("C-", "2.01", "Cukup dengan Catatan"),
    ("D", "1.51", "Prioritas Pembinaan"), ("E", "1.01", "Prioritas Pembinaan"), ("F", "0", "Prioritas Pembinaan"),
)  # fmt: skip
PANRB = InstrumentFacts(
    code="panrb-2017",
    scale_max=D(5),
    aspects=tuple(AspectFacts(code, name, english, D(weight)) for code, name, english, weight in ASPECTS),
    bands=tuple(BandBound(letter, D(lower), "Prioritas" in name, name) for letter, lower, name in BANDS),
    indicators=(IndicatorFacts(1, "kebijakan", "Tersedia Standar Pelayanan"), IndicatorFacts(10, "sdm", "Kode etik")),
)
OMBUDSMAN = InstrumentFacts(
    code="ombudsman-2015",
    scale_max=D(100),
    aspects=(AspectFacts("kepatuhan", "Kepatuhan Standar Pelayanan", "Compliance", D(100)),),
    bands=(BandBound("Hijau", D(81)), BandBound("Kuning", D(51)), BandBound("Merah", D(0), priority=True)),
)
REGIONS = {
    "33.13": "Kabupaten Karanganyar", "33.74": "Kota Semarang", "34.71": "Kota Yogyakarta",
    "71": "Sulawesi Utara", "71.05": "Kabupaten Minahasa Selatan",
    "71.10": "Kabupaten Bolaang Mongondow Timur", "71.71": "Kota Manado", "72.71": "Kota Palu",
    "73.10": "Kabupaten Pangkajene dan Kepulauan", "73.71": "Kota Makassar", "73.73": "Kota Palopo",
    "74.02": "Kabupaten Konawe", "74.71": "Kota Kendari", "75.71": "Kota Gorontalo",
    "76.02": "Kabupaten Mamuju", "76.04": "Kabupaten Polewali Mandar", "81.71": "Kota Ambon", "81.72": "Kota Tual",
    "82.71": "Kota Ternate", "91.71": "Kota Jayapura", "92.02": "Kabupaten Manokwari", "93.01": "Kabupaten Merauke",
    "96.71": "Kota Sorong",
}  # fmt: skip
HEADER: list[Cell] = [
    "Kode Wilayah",
    "Instansi",
    "Unit Pelayanan",
    *(name for _, name, _, _ in ASPECTS),
    "Indeks",
    "Kategori",
]
TUAL: list[Cell] = [
    "81.72",
    "Pemerintah Kota Tual",
    "Disdukcapil",
    "1,55",
    2.24,
    "1.81",
    1.41,
    " 1,32 ",
    2.15,
    1.7,
    "D",
]
RECOMMENDED: list[Cell] = ["Kode", "Instansi", "Unit", "Aspek", "Rekomendasi", "Prioritas", "Batas Waktu"]
CODE_OF_ETHICS: list[Cell] = [
    "81.72",
    "Pemkot Tual",
    "Disdukcapil",
    "SDM",
    "Menetapkan kode etik.",
    "Tinggi",
    "30 Juni 2020",
]
CYCLE = CycleFacts("panrb-2019")


def results(*rows: list[Cell], header: list[Cell] = HEADER, name: str = "Hasil") -> Sheet:
    return Sheet(name, [header, *rows])


def recommended(*rows: list[Cell], header: list[Cell] = RECOMMENDED) -> Sheet:
    return Sheet("Rekomendasi", [header, *rows])


def letter(*rows: list[Cell]) -> Sheet:
    return Sheet("Surat", list(rows))


def tual(**cells: Cell) -> list[Cell]:
    """The row of Kota Tual with some cells replaced, by the name of their column."""
    positions = {"code": 0, "agency": 1, "unit": 2, "policy": 3, "index": 9, "band": 10}
    return [
        next((value for name, value in cells.items() if positions[name] == place), cell)
        for place, cell in enumerate(TUAL)
    ]


def ethics(**cells: Cell) -> list[Cell]:
    positions = {"code": 0, "agency": 1, "unit": 2, "aspect": 3, "text": 4, "priority": 5, "due": 6}
    return [
        next((value for name, value in cells.items() if positions[name] == place), cell)
        for place, cell in enumerate(CODE_OF_ETHICS)
    ]


def parsed(*sheets: Sheet, instrument: InstrumentFacts = PANRB, cycle: CycleFacts | None = CYCLE) -> Workbook:
    return read_workbook(sheets, instrument, REGIONS, cycle)


def places(problems: Iterable[Problem]) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.value) for each in problems]


def test_the_sample_workbook_is_read_whole() -> None:
    found = parsed(*read(SAMPLE).sheets)
    assert found.problems == ()
    assert (len(found.results), len(found.recommendations)) == (20, 48)
    assert [sheet.kind for sheet in found.sheets] == ["results", "recommendations", "letter"]
    assert found.letter is not None
    assert found.letter.date is not None
    assert found.letter.date.value == date(2020, 1, 23)
    assert found.letter.opening_on is not None
    assert found.letter.opening_on.value == date(2020, 6, 1)
    assert found.letter.number is not None
    assert found.letter.number.value == "B/4/PP.00.02/2020"


def test_the_computed_figures_of_the_sample_are_the_printed_ones_and_eight_units_are_priority() -> None:
    priority = 0
    for row in parsed(*read(SAMPLE).sheets).results:
        computed = index_of(PANRB, row.scores)
        assert computed == row.official_index
        assert computed is not None
        found = band(computed, PANRB.bands)
        assert found is not None
        assert found.letter == row.official_band
        priority += found.priority
    assert priority == 8


def test_the_samples_code_of_another_regency_is_shown_and_not_refused() -> None:
    notices = parsed(*read(SAMPLE).sheets).notices
    assert places(notices) == [(20, "Kode Wilayah", "76.04")]
    assert notices[0].suggestions == ("76.02 (Kabupaten Mamuju)",)


def test_decimal_commas_points_text_and_numbers_are_all_figures() -> None:
    (row,) = parsed(results(TUAL)).results
    assert row.scores == {
        "kebijakan": D("1.55"), "sdm": D("2.24"), "sarpras": D("1.81"), "sipp": D("1.41"),
        "konsultasi_pengaduan": D("1.32"), "inovasi": D("2.15"),
    }  # fmt: skip
    assert (row.official_index, row.official_band) == (D("1.7"), "D")


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(
            [
                "KODE WIL.",
                "PEMDA",
                "UPP",
                "KEBIJAKAN",
                "SDM",
                "SARPRAS",
                "SIPP",
                "KONSULTASI & PENGADUAN",
                "INOVASI",
                "IPP",
                "PREDIKAT",
            ],
            id="capitals",
        ),
        pytest.param(
            [
                "Kode",
                "K/L/Pemda",
                "Unit Lokus",
                "Nilai Kebijakan Pelayanan",
                "Skor SDM",
                "Aspek Sarana dan Prasarana",
                "3. SIPP",
                "Konsultasi",
                "Inovasi (7%)",
                "Nilai Indeks",
                "Kategori",
            ],
            id="words around",
        ),
        pytest.param(
            [
                "region code",
                "Agency",
                "Service unit",
                "Service policy",
                "Human-resource professionalism",
                "Facilities",
                "Public-service information system",
                "Consultation and complaints",
                "Public-service innovation",
                "Index",
                "Band",
            ],
            id="English",
        ),
        pytest.param(
            [
                "Kode\nWilayah",
                " Nama  Instansi",
                "OPD",
                "kebijakan",
                "sdm",
                "sarpras",
                "sipp",
                "konsultasi_pengaduan",
                "inovasi",
                "Indeks Pelayanan Publik",
                "Mutu",
            ],
            id="codes and line breaks",
        ),
    ],
)
def test_header_names_are_known_by_their_aliases(header: list[Cell]) -> None:
    found = parsed(results(TUAL, header=header))
    assert found.problems == ()
    assert found.results == tuple(replace(row) for row in parsed(results(TUAL)).results)


@given(st.permutations(range(len(HEADER))))
def test_columns_may_stand_in_any_order(order: list[int]) -> None:
    mixed = results([TUAL[place] for place in order], header=[HEADER[place] for place in order])
    assert parsed(mixed).results == parsed(results(TUAL)).results


def test_titles_above_repeated_headers_numbering_and_empty_rows_are_passed_over() -> None:
    sheet = Sheet(
        "Hasil",
        [
            ["HASIL EVALUASI TAHUN 2019", *[None] * 10],
            [],
            HEADER,
            [f"({place})" for place in range(1, 12)],
            TUAL,
            HEADER,
            tual(code="74.02", agency="Pemkab. Konawe"),
            [None] * 11,
            ["", " ", None],
        ],
    )
    found = parsed(sheet)
    assert found.problems == ()
    assert [row.row for row in found.results] == [5, 7]


def test_a_header_of_two_rows_under_a_merged_title_is_one_header() -> None:
    top: list[Cell] = ["No", "Kode", "Instansi", "Unit", "Skor Aspek", None, None, None, None, None, "Indeks"]
    below: list[Cell] = [None, None, None, None, *(name for _, name, _, _ in ASPECTS), None]
    found = parsed(Sheet("Hasil", [top, below, [1, *TUAL[:10]]]))
    assert found.problems == ()
    assert found.results[0].scores["inovasi"] == D("2.15")


def test_remarks_and_signatures_under_the_table_are_told_of_and_not_imported() -> None:
    place: list[Cell] = [*[None] * 9, "Jakarta, 23 Januari 2020"]
    found = parsed(results(TUAL, ["Catatan: skor sementara"], place))
    assert found.problems == ()
    assert [notice.row for notice in found.notices] == [3, 4]


def test_a_sheet_without_a_unit_column_speaks_of_the_agencies_themselves() -> None:
    without = [cell for place, cell in enumerate(HEADER) if place != 2]
    found = parsed(results([cell for place, cell in enumerate(TUAL) if place != 2], header=without))
    assert found.results[0].who.unit is None
    assert found.results[0].who.key == ("81.72", "pemerintah kota tual", None)


def test_codes_that_became_numbers_are_codes_again() -> None:
    found = parsed(results(tual(code=71.1, agency="Pemkab Bolaang Mongondow Timur"), tual(code=8172.0)))
    assert [row.who.region_code for row in found.results] == ["71.10", "81.72"]


def test_a_ministry_has_no_code_and_a_government_without_one_is_found_by_its_name() -> None:
    found = parsed(results(tual(code=None, agency="Kementerian Agama"), tual(code=None, agency="Pemkot Ambon")))
    assert [row.who.region_code for row in found.results] == [None, "81.71"]


def test_a_provinces_unit_may_stand_in_one_of_its_cities() -> None:
    found = parsed(results(tual(code="71.71", agency="Pemprov Sulawesi Utara", unit="UPTD Samsat")))
    assert found.notices == ()
    assert (found.results[0].who.region_code, found.results[0].who.agency_region) == ("71.71", "71")


@pytest.mark.parametrize(
    ("change", "column", "value", "message"),
    [
        pytest.param({"code": "81.99"}, "Kode Wilayah", "81.99", "Kode wilayah tidak dikenal", id="unknown code"),
        pytest.param({"code": "Tual"}, "Kode Wilayah", "Tual", "Kode wilayah tidak dikenal", id="no code at all"),
        pytest.param({"agency": None}, "Instansi", "", "Instansi kosong", id="no agency"),
        pytest.param({"unit": " "}, "Unit Pelayanan", "", "Unit kosong", id="no unit"),
        pytest.param({"unit": "---"}, "Unit Pelayanan", "---", "Unit kosong", id="a unit of dashes"),
        pytest.param({"policy": None}, "Kebijakan Pelayanan", "", "Nilai kosong", id="no score"),
        pytest.param({"policy": "baik"}, "Kebijakan Pelayanan", "baik", "bukan angka", id="a word for a score"),
        pytest.param({"policy": True}, "Kebijakan Pelayanan", "True", "bukan angka", id="a truth for a score"),
        pytest.param({"policy": -0.01}, "Kebijakan Pelayanan", "-0.01", "di luar skala", id="below zero"),
        pytest.param({"policy": "5,01"}, "Kebijakan Pelayanan", "5,01", "di luar skala", id="above the scale"),
        pytest.param({"index": "#REF!"}, "Indeks", "#REF!", "bukan angka", id="a broken index"),
        pytest.param({"index": 17}, "Indeks", "17", "di luar skala", id="an index off the scale"),
    ],
)
def test_a_row_is_refused_at_the_cell_that_is_wrong(
    change: dict[str, Cell], column: str, value: str, message: str
) -> None:
    found = parsed(results(tual(**change)))
    assert found.results == ()
    assert places(found.problems) == [(2, column, value)]
    assert message in found.problems[0].told


def test_both_ends_of_the_scale_are_on_it() -> None:
    assert [
        row.scores["kebijakan"] for row in parsed(results(tual(policy=0), tual(policy=5, unit="RSUD"))).results
    ] == [0, 5]


def test_an_unknown_code_comes_with_the_one_that_the_agency_suggests() -> None:
    (problem,) = parsed(results(tual(code="81.99"))).problems
    assert problem.suggestions == ("81.72 (Kota Tual)",)
    (misspelt,) = parsed(results(tual(code="71.55", agency="Pemkab Minahsa Selatan"))).problems
    assert misspelt.suggestions == ("71.05 (Kabupaten Minahasa Selatan)",)


def test_every_problem_of_every_row_is_told_at_once() -> None:
    found = parsed(results(tual(code="9", policy="x", index="y"), TUAL, tual(unit=None, policy=9)))
    assert [(each.row, each.column) for each in found.problems] == [
        (2, "Kode Wilayah"),
        (2, "Kebijakan Pelayanan"),
        (2, "Indeks"),
        (4, "Unit Pelayanan"),
        (4, "Kebijakan Pelayanan"),
    ]
    assert len(found.results) == 1


def test_a_row_of_means_is_refused_once_not_score_by_score() -> None:
    found = parsed(results(TUAL, [None, None, None, 2.1, "x", 2.3, 2.4, 2.5, 2.6, 9, None]))
    assert [(each.row, each.column) for each in found.problems] == [(3, "Instansi")]


def test_a_unit_that_stands_twice_is_refused_the_second_time_also_across_sheets_and_spellings() -> None:
    again = tual(agency="PEMKOT TUAL", unit="Dinas Kependudukan & Pencatatan Sipil Kota Tual")
    found = parsed(results(TUAL, again), results(TUAL, name="Lagi"))
    assert len(found.results) == 1
    assert [(each.sheet, each.row) for each in found.problems] == [("Hasil", 3), ("Lagi", 2)]
    assert "lembar Hasil baris 2" in found.problems[0].told


def test_an_index_that_differs_from_the_computed_one_is_kept_and_not_refused() -> None:
    found = parsed(results(tual(index="3,20", band="B-")))
    assert found.problems == ()
    assert (found.results[0].official_index, found.results[0].official_band) == (D("3.20"), "B-")


@pytest.mark.parametrize(
    ("written", "letter"),
    [
        ("D (Prioritas Pembinaan)", "D"),
        ("A - ", "A-"),
        ("a–", "A-"),
        ("A", "A"),
        ("Cukup", "C"),
        ("C- / Cukup dengan Catatan", "C-"),
        ("Prioritas Pembinaan", None),
        (None, None),
    ],
)
def test_the_band_is_read_from_its_letter_or_its_name(written: Cell, letter: str | None) -> None:
    found = parsed(results(tual(band=written)))
    assert found.results[0].official_band == letter
    assert found.notices == ()


def test_a_band_the_instrument_does_not_have_is_shown() -> None:
    found = parsed(results(tual(band="Istimewa")))
    assert found.problems == ()
    assert found.results[0].official_band is None
    assert places(found.notices) == [(2, "Kategori", "Istimewa")]


def test_a_missing_aspect_column_is_told_of_once_beside_what_else_is_wrong() -> None:
    header: list[Cell] = ["Catatan" if cell == "Profesionalisme SDM" else cell for cell in HEADER]
    found = parsed(results(TUAL, tual(unit=None), header=header))
    assert found.results == ()
    assert [(each.row, each.column) for each in found.problems] == [(1, "Profesionalisme SDM"), (3, "Unit Pelayanan")]


def test_two_columns_for_one_aspect_are_refused_rather_than_guessed() -> None:
    found = parsed(results([*TUAL, 3], header=[*HEADER, "Kebijakan Pelayanan"]))
    assert found.results == ()
    assert [each.row for each in found.problems] == [1]


def test_f03_is_read_where_it_stands() -> None:
    found = parsed(results([*TUAL, "3,5"], header=[*HEADER, "F-03"]))
    assert found.results[0].f03 == D("3.5")


def test_an_instrument_with_one_aspect_and_zones_needs_no_column_of_the_aspects_name() -> None:
    header: list[Cell] = ["Kode", "Instansi", "Unit", "Nilai", "Zona"]
    rows: list[list[Cell]] = [
        ["81.72", "Pemkot Tual", "Disdukcapil", "81,05", "Hijau"],
        ["81.72", "Pemkot Tual", "RSUD", 101, None],
    ]
    found = parsed(results(*rows, header=header), instrument=OMBUDSMAN, cycle=None)
    assert (found.results[0].scores, found.results[0].official_band) == ({"kepatuhan": D("81.05")}, "Hijau")
    assert places(found.problems) == [(3, "Nilai", "101")]


def test_a_recommendation_is_read_with_its_priority_and_date() -> None:
    (row,) = parsed(results(TUAL), recommended(CODE_OF_ETHICS)).recommendations
    assert (row.aspect_code, row.priority, row.due_on, row.due_zone) == ("sdm", "high", date(2020, 6, 30), None)
    assert (row.text, row.text_key) == ("Menetapkan kode etik.", "menetapkan kode etik")
    assert row.who.key == parsed(results(TUAL)).results[0].who.key


@pytest.mark.parametrize(
    ("written", "priority"), [(None, "medium"), ("SEDANG", "medium"), ("low", "low"), ("Prioritas Tinggi", "high")]
)
def test_an_empty_priority_is_medium(written: Cell, priority: str) -> None:
    assert parsed(recommended(ethics(priority=written))).recommendations[0].priority == priority


@pytest.mark.parametrize(
    ("written", "day", "zone"),
    [
        ("2020-06-30", date(2020, 6, 30), None),
        (date(2020, 6, 30), date(2020, 6, 30), None),
        ("30 Juni 2020 23.59 WIB", date(2020, 6, 30), "Asia/Jakarta"),
        ("30 Juni 2020, pukul 23.59 WITA", date(2020, 6, 30), "Asia/Makassar"),
        ("30/06/2020 WIT", date(2020, 6, 30), "Asia/Jayapura"),
        (None, None, None),
        ("-", None, None),
    ],
)
def test_a_date_may_name_its_zone(written: Cell, day: date | None, zone: str | None) -> None:
    (row,) = parsed(recommended(ethics(due=written))).recommendations
    assert (row.due_on, row.due_zone) == (day, zone)


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        pytest.param(
            {"aspect": "Profesionalsme SDM"}, "Aspek", "Maksudnya: Profesionalisme SDM?", id="misspelt aspect"
        ),
        pytest.param({"aspect": None}, "Aspek", "Aspek kosong", id="no aspect"),
        pytest.param({"text": " ... "}, "Rekomendasi", "Rekomendasi kosong", id="no text"),
        pytest.param({"priority": "Segera"}, "Prioritas", "Prioritas tidak dikenal", id="unknown priority"),
        pytest.param({"due": "31 Juni 2020"}, "Batas Waktu", "Tanggal tidak dikenal", id="no such day"),
        pytest.param({"due": "secepatnya"}, "Batas Waktu", "Tanggal tidak dikenal", id="not a date"),
        pytest.param({"code": "81.99"}, "Kode", "Kode wilayah tidak dikenal", id="unknown code"),
        pytest.param({"unit": None}, "Unit", "Unit kosong", id="no unit"),
    ],
)
def test_a_recommendation_is_refused_at_the_cell_that_is_wrong(
    change: dict[str, Cell], column: str, message: str
) -> None:
    found = parsed(results(TUAL), recommended(ethics(**change), ethics(text="Lain")))
    assert [(each.sheet, each.row, each.column) for each in found.problems] == [("Rekomendasi", 2, column)]
    assert message in found.problems[0].told
    assert len(found.recommendations) == 1


def test_the_same_recommendation_twice_is_refused_and_names_the_first() -> None:
    found = parsed(recommended(CODE_OF_ETHICS, ethics(text="menetapkan  KODE etik"), ethics(aspect="Inovasi")))
    assert [(each.row, each.column) for each in found.problems] == [(3, "Rekomendasi")]
    assert "baris 2" in found.problems[0].told
    assert len(found.recommendations) == 2


@pytest.mark.parametrize("change", [{"policy": "x"}, {"code": "99.99"}, {"unit": None}])
def test_a_recommendation_whose_unit_was_refused_waits_without_a_second_problem(change: dict[str, Cell]) -> None:
    same = {name: value for name, value in change.items() if name in ("code", "unit")}
    follows = ethics(agency="Pemerintah Kota Tual", **same)
    found = parsed(recommended(follows), results(tual(**change)))
    assert [each.sheet for each in found.problems] == ["Hasil"]
    assert found.held == (("Rekomendasi", 2),)
    assert found.recommendations == ()


def test_a_unit_refused_as_a_repetition_keeps_its_recommendations() -> None:
    found = parsed(results(TUAL, TUAL), recommended(CODE_OF_ETHICS))
    assert len(found.recommendations) == 1
    assert found.held == ()


@pytest.mark.parametrize(
    ("written", "number"), [(10, 10), (10.0, 10), ("10. Kode etik", 10), ("Kode etik", 10), (None, None), ("-", None)]
)
def test_an_indicator_is_known_by_number_or_text(written: Cell, number: int | None) -> None:
    sheet = recommended([*CODE_OF_ETHICS, written], header=[*RECOMMENDED, "Indikator"])
    assert parsed(sheet).recommendations[0].indicator_number == number


@pytest.mark.parametrize("written", [99, "SOP", 1, "1.2"])
def test_an_indicator_of_no_or_another_aspect_is_refused(written: Cell) -> None:
    sheet = recommended([*CODE_OF_ETHICS, written], header=[*RECOMMENDED, "Indikator"])
    assert [each.column for each in parsed(sheet).problems] == ["Indikator"]


def test_a_target_is_a_figure_on_the_scale() -> None:
    rows = [[*CODE_OF_ETHICS, "3,5"], [*ethics(aspect="Inovasi"), 6], [*ethics(aspect="SIPP"), "tinggi"]]
    found = parsed(recommended(*rows, header=[*RECOMMENDED, "Target"]))
    assert [row.target_score for row in found.recommendations] == [D("3.5")]
    assert places(found.problems) == [(3, "Target", "6"), (4, "Target", "tinggi")]


def test_the_letter_may_use_colons_a_third_column_or_one_cell() -> None:
    sheet = letter(
        ["SURAT"],
        ["Nomor", ":", "B/4/2020"],
        ["Tanggal:", ": 23 Januari 2020"],
        ["Hal: Hasil evaluasi"],
        ["Yth.", "Bupati"],
    )
    found = parsed(results(TUAL), sheet).letter
    assert found is not None
    assert [each.value if each else None for each in (found.number, found.date, found.subject, found.addressee)] == [
        "B/4/2020", date(2020, 1, 23), "Hasil evaluasi", "Bupati",
    ]  # fmt: skip
    assert found.date is not None
    assert found.date.row == 3


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        pytest.param("Tanggal", "kemarin", "Tanggal tidak dikenal", id="bad date"),
        pytest.param("Tanggal", "24 Januari 2020", "sudah 2020-01-23", id="another letter date"),
        pytest.param("Pembukaan evaluasi berikutnya", "1 Juli 2020", "sudah 2020-06-01", id="another opening"),
        pytest.param("Siklus", "panrb-2018", "panrb-2019", id="another cycle"),
        pytest.param("Instrumen", "panrb-2022", "panrb-2017", id="another instrument"),
    ],
)
def test_a_letter_that_contradicts_the_cycle_is_refused_in_its_row(key: str, value: str, message: str) -> None:
    cycle = CycleFacts("panrb-2019", date(2020, 1, 23), date(2020, 6, 1))
    found = parsed(results(TUAL), letter(["Nomor", "B/4"], ["Hal", "Hasil"], [key, value]), cycle=cycle)
    assert [(each.sheet, each.row, each.column) for each in found.problems] == [("Surat", 3, key)]
    assert message in found.problems[0].told


def test_a_letter_that_agrees_with_the_cycle_is_no_problem() -> None:
    cycle = CycleFacts("panrb-2019", date(2020, 1, 23), None)
    sheet = letter(
        ["Nomor", "B/4"], ["Tanggal", date(2020, 1, 23)], ["Siklus", "PANRB-2019"], ["Pembukaan evaluasi", None]
    )
    found = parsed(results(TUAL), sheet, cycle=cycle)
    assert found.problems == ()


def test_an_opening_before_the_letter_is_refused() -> None:
    sheet = letter(["Tanggal", "23 Januari 2020"], ["Nomor", "B/4"], ["Pembukaan evaluasi", "1 Januari 2020"])
    assert [each.row for each in parsed(results(TUAL), sheet).problems] == [3]


def test_a_second_letter_and_a_key_with_two_values_are_refused() -> None:
    first = letter(["Nomor", "B/4"], ["Hal", "Hasil"], ["Nomor", "B/5"])
    found = parsed(results(TUAL), first, Sheet("Surat 2", [["Nomor", "B/6"], ["Hal", "Hasil"]]))
    assert [(each.sheet, each.row) for each in found.problems] == [("Surat", 3), ("Surat 2", 1)]


def test_recommendations_and_letter_may_both_be_missing() -> None:
    found = parsed(results(TUAL))
    assert (found.letter, found.recommendations, found.unusable) == (None, (), None)


@pytest.mark.parametrize(
    "sheets",
    [
        pytest.param([], id="no sheets"),
        pytest.param([Sheet("Catatan", [["Rapat", "Senin"], ["Hadir", 12]])], id="something else"),
        pytest.param([letter(["Nomor", "B/4"], ["Hal", "Hasil"])], id="only a letter"),
        pytest.param([replace(results(TUAL), hidden=True)], id="only a hidden sheet"),
        pytest.param([results()], id="a header and no rows"),
    ],
)
def test_a_file_with_nothing_to_import_says_so(sheets: list[Sheet]) -> None:
    assert parsed(*sheets).unusable


def test_other_sheets_are_named_and_left_alone() -> None:
    found = parsed(results(TUAL), Sheet("Rapat", [["Daftar hadir"], ["Budi"]]), Sheet("Kosong", []))
    assert [sheet.kind for sheet in found.sheets] == ["results", "unknown", "empty"]
    assert found.problems == ()


cells = st.none() | st.text(max_size=12) | st.integers() | st.floats() | st.booleans() | st.dates()


@given(st.lists(st.lists(cells, max_size=14), max_size=8))
def test_no_content_makes_the_reader_fail_and_every_row_is_taken_or_told_of(rows: list[list[Cell]]) -> None:
    found = parsed(results(*rows), recommended(*rows), letter(["Nomor", "B/4"], ["Hal", "x"], *rows))
    for row in found.results:
        assert len(row.scores) == len(ASPECTS)
    taken = {row.row for row in found.results} | {
        each.row for each in found.problems + found.notices if each.sheet == "Hasil"
    }
    filled = [at for at, row in enumerate(rows, 2) if any(isinstance(cell, float) for cell in row[1:9])]
    assert set(filled) <= taken
