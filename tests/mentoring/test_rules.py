"""A commitment typed in one line."""

from datetime import date

import pytest

from tracker.mentoring.rules import MANY_ASPECTS, MANY_UNITS, NO_SUCH_ASPECT, NO_SUCH_DAY, NO_SUCH_UNIT, read_line

UNITS = {1: "Kota Tual", 2: "Kabupaten Merauke", 3: "Kota Sorong", 4: "Kabupaten Sorong Selatan"}
ASPECTS = {10: "Kebijakan Pelayanan", 11: "Profesionalisme SDM", 12: "Inovasi", 13: "Sarana Prasarana", 14: "SIPP"}
DAY = date(2020, 5, 14)


def read(line: str) -> tuple[str, tuple[int, ...], int | None, date | None]:
    said = read_line(line, UNITS, ASPECTS, DAY)
    assert said.problems == ()
    return said.text, said.unit_ids, said.aspect_id, said.due_on


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("@tual #inovasi 30 Juni Menyusun inovasi", ("Menyusun inovasi", (1,), 12, date(2020, 6, 30))),
        ("Menyusun SP @Merauke #kebijakan 2020-07-01", ("Menyusun SP", (2,), 10, date(2020, 7, 1))),
        ("@kotasorong #sdm 1/3 pelatihan", ("pelatihan", (3,), 11, date(2021, 3, 1))),
        ("@tual @merauke #sarana ruang tunggu 5-8-2020", ("ruang tunggu", (1, 2), 13, date(2020, 8, 5))),
        ("@semua #inovasi 14 mei ide", ("ide", (1, 2, 3, 4), 12, DAY)),
        ("tanpa apa pun", ("tanpa apa pun", (), None, None)),
        ("@tual @tual ganda", ("ganda", (1,), None, None)),
        ("surel a@tual.go.id", ("surel a@tual.go.id", (), None, None)),
    ],
)
def test_a_line_says_unit_aspect_date_and_the_rest(line: str, expected: object) -> None:
    assert read(line) == expected


@pytest.mark.parametrize(("tag", "aspect"), [("#sarpras", 13), ("#Konsultasi-Pengaduan", 14), ("#sarana", 13)])
def test_an_aspect_is_also_called_by_its_code(tag: str, aspect: int) -> None:
    codes = {13: "sarpras", 14: "konsultasi_pengaduan"}
    said = read_line(f"@tual {tag} 30 juni kursi", UNITS, ASPECTS, DAY, codes)
    assert (said.aspect_id, said.text, said.problems) == (aspect, "kursi", ())


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("@ambon x", NO_SUCH_UNIT),
        ("@sorong x", MANY_UNITS),
        ("#cuaca x", NO_SUCH_ASPECT),
        ("#s x", MANY_ASPECTS),
        ("31 juni x", NO_SUCH_DAY),
        ("2020-02-30 x", NO_SUCH_DAY),
    ],
)
def test_what_fits_nothing_or_too_much_is_said(line: str, problem: str) -> None:
    said = read_line(line, UNITS, ASPECTS, DAY)
    assert [message for message, _ in said.problems] == [problem]
    assert said.text == "x"
