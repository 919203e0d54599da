"""Words as they are searched."""

import pytest

from tracker.complaints.stems import LONGEST_WORD, stems_in


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Petugas melayani dengan kasar", "pelayanan"),
        ("Toilet tidak dibersihkan", "kebersihan"),
        ("Kami dipungut biaya", "PUNGUTAN"),
        ("Keterlambatan penerbitan KTP", "terlambat"),
        ("Antrean panjang sekali", "mengantri"),
        ("Mengeluhkan parkir", "keluhan"),
    ],
)
def test_a_word_is_found_in_any_of_its_forms(written: str, asked: str) -> None:
    assert set(stems_in(asked)) <= set(stems_in(written))


def test_little_words_markup_and_signs_are_no_words() -> None:
    assert stems_in("yang di dan untuk") == ()
    assert stems_in("🙏🙏 ... !!! <b>") == ()
    assert stems_in("<script>alert('x')</script> kursi") == ("script", "alert", "kursi")


def test_numbers_and_plates_stay_as_they_are() -> None:
    assert stems_in("KTP 3271012345678901, DE1234XY") == ("ktp", "3271012345678901", "de1234xy")


def test_a_word_of_any_length_and_a_text_of_any_length_end() -> None:
    assert stems_in("x" * 100_000) == ("x" * LONGEST_WORD,)
    assert len(stems_in(" ".join(f"kata{n}" for n in range(30_000)))) == 10_000
