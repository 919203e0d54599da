"""Spellings that mean the same, and names that are near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.directory.names import NearNames, agency_key, agency_name, near, normal, text_key, unit_key

MINAHASA = "Kabupaten Minahasa Selatan"


@pytest.mark.parametrize(
    "spelling",
    [
        "Pemerintah Kabupaten Minahasa Selatan",
        "PEMERINTAH  KABUPATEN MINAHASA SELATAN ",
        "Pemkab Minahasa Selatan",
        "Pemkab. Minahasa Selatan",
        "Pemerintah Kab. Minahasa Selatan",
        "Pemda Kab. Minahasa Selatan",
        "Kab. Minahasa Selatan",
        "KABUPATEN MINAHASA SELATAN",
    ],
)
def test_a_regional_government_is_recognised_in_any_usual_spelling(spelling: str) -> None:
    assert agency_key(spelling) == agency_key("Pemerintah Kabupaten Minahasa Selatan")
    assert agency_name(spelling, MINAHASA) == "Pemerintah Kabupaten Minahasa Selatan"


@pytest.mark.parametrize(
    ("spelling", "region", "written"),
    [
        ("Minahasa Selatan", MINAHASA, "Pemerintah Kabupaten Minahasa Selatan"),
        ("Pemkot Tual", "Kota Tual", "Pemerintah Kota Tual"),
        ("Pemprov. Maluku", "Maluku", "Pemerintah Provinsi Maluku"),
        ("Pemerintah Aceh", "Aceh", "Pemerintah Provinsi Aceh"),
        ("Pemda D.I.Y.", "Daerah Istimewa Yogyakarta", "Pemerintah Provinsi Daerah Istimewa Yogyakarta"),
        ("Pemprov DKI Jakarta", "Daerah Khusus Ibukota Jakarta", "Pemerintah Provinsi Daerah Khusus Ibukota Jakarta"),
        (
            "Pemkab Kep. Seribu",
            "Kabupaten Administrasi Kepulauan Seribu",
            "Pemerintah Kabupaten Administrasi Kepulauan Seribu",
        ),
        ("Pemkot Ambon", "Kota Tual", "Pemkot Ambon"),
        ("Kementerian  Agama", "", "Kementerian Agama"),
    ],
)  # fmt: skip
def test_a_new_agency_is_written_out_where_its_region_says_how(spelling: str, region: str, written: str) -> None:
    assert agency_name(spelling, region) == written


def test_a_regency_and_a_city_of_the_same_name_stay_apart() -> None:
    assert agency_key("Pemkab Sorong") != agency_key("Pemkot Sorong")
    assert agency_key("Sorong", "Kota Sorong") == agency_key("Pemkot Sorong")


def test_a_ministry_is_the_same_with_and_without_its_republic() -> None:
    assert agency_key("Kementrian Agama RI") == agency_key("Kementerian Agama Republik Indonesia")
    assert agency_key("Kementerian Agama RI") == agency_key("Kemenag")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Disdukcapil", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("Dukcapil", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("Dukcapil Kota Tual", "Dinas Kependudukan dan Pencatatan Sipil Kota Tual"),
        ("Dinas Dukcapil", "DINAS KEPENDUDUKAN & PENCATATAN SIPIL"),
        ("Dinas Kependudukan dan Pencatatan Sipil (Disdukcapil)", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("DPMPTSP", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"),
        ("DPM-PTSP", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"),
        ("D.P.M.P.T.S.P.", "Dinas Penanaman Modal dan PTSP"),
        ("RSUD", "Rumah Sakit Umum Daerah"),
        ("Dinkes", "Dinas  Kesehatan"),
        ("Kanim Kelas I Manado", "Kantor Imigrasi Kelas I Manado"),
        ("UPTD Samsat", "Unit Pelaksana Teknis Daerah Samsat"),
    ],
)
def test_an_abbreviated_unit_is_the_one_of_the_long_name(short: str, long: str) -> None:
    assert unit_key(short) == unit_key(long)


@pytest.mark.parametrize("spelling", ["Disdukcapil Kota Tual", "Disdukcapil Tual", "Disdukcapil Pemkot Tual"])
def test_a_unit_may_carry_the_name_of_its_own_region(spelling: str) -> None:
    assert unit_key(spelling, "Kota Tual") == unit_key("Dinas Kependudukan dan Pencatatan Sipil")
    assert unit_key(spelling, "Kota Ambon") != unit_key("Dinas Kependudukan dan Pencatatan Sipil", "Kota Ambon")


@pytest.mark.parametrize("unit", ["Puskesmas Tual", "Kecamatan Tual", "Kelurahan Kota Tual", "Pemerintah Kota Tual"])
def test_a_name_that_is_nothing_without_the_place_keeps_it(unit: str) -> None:
    assert unit_key(unit, "Kota Tual").endswith("tual")


def test_different_bodies_stay_different() -> None:
    keys = {
        unit_key(name) for name in ("RSUD", "RSUD Undata", "RSUP", "Dinas Sosial", "Badan Sosial", "Polres", "Polresta")
    }
    assert len(keys) == 7


def test_brackets_that_say_something_new_count() -> None:
    assert unit_key("RSUD dr. Soetomo (Kelas A)") != unit_key("RSUD dr. Soetomo")


def test_a_recommendation_is_recognised_without_case_spaces_and_punctuation() -> None:
    assert text_key("Menetapkan  Standar Pelayanan; 14 komponen.") == text_key(
        "menetapkan standar pelayanan 14 komponen"
    )
    assert text_key("14 komponen") != text_key("15 komponen")
    assert text_key(" -- ") == ""


@given(st.text(max_size=40), st.sampled_from(["", "Kota Tual", "Maluku"]))
def test_keys_never_fail_and_are_stable(name: str, region: str) -> None:
    assert normal(normal(name)) == normal(name)
    assert agency_key(name, region) == agency_key(f"  {name} ", region)
    assert unit_key(name, region) == unit_key(name.replace(" ", "  "), region)
    assert text_key(text_key(name)) == text_key(name)


UNITS = ["Dinas Kesehatan", "Dinas Kependudukan dan Pencatatan Sipil", "RSUD", "Dinas Kehutanan", "Dinas Pendidikan"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Dinas Kesehtan", "Dinas Kesehatan"),
        ("Dinas Kependudukan", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("Disdukcapl", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("Dinas Kependudukan dan Catatan Sipil", "Dinas Kependudukan dan Pencatatan Sipil"),
    ],
)
def test_the_nearest_unit_is_suggested_first(written: str, meant: str) -> None:
    assert near(written, UNITS)[0] == meant


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert near("Samsat", UNITS) == []
    assert near("", UNITS) == []
    assert near("Dinas Kesehatan", []) == []


AGENCIES = NearNames(
    [
        "Pemerintah Kota Tual",
        "Pemerintah Kota Palu",
        "Pemerintah Kabupaten Kediri",
        "Pemerintah Kota Kediri",
        "Pemerintah Kabupaten Minahasa Selatan",
        "Pemerintah Kabupaten Minahasa Utara",
        "Pemerintah Kota Manado",
    ]
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Pemkab Minahsa Selatan", ["Pemerintah Kabupaten Minahasa Selatan"]),
        ("Pemkot Minahasa Selatan", ["Pemerintah Kabupaten Minahasa Selatan"]),
        ("Pemkot Kedri", ["Pemerintah Kota Kediri", "Pemerintah Kabupaten Kediri"]),
        ("Pemkot Tuall", ["Pemerintah Kota Tual"]),
        ("Pemkot Ambon", []),
    ],
)
def test_among_many_names_what_distinguishes_them_decides(written: str, meant: list[str]) -> None:
    assert AGENCIES.near(written) == meant


def test_of_equally_near_names_only_as_many_as_asked_are_suggested() -> None:
    assert len(near("Dinas A Kesehatan", ["Dinas Kesehatan", "Dinas B Kesehatan", "Dinas C Kesehatan"], limit=2)) == 2
