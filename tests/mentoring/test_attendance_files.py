"""The participants' lists of Zoom and Google Meet, by the header rows that they have."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.kit import sheets
from tracker.kit.refusal import Refusal
from tracker.mentoring.attendance_files import Known, Seen, matched, minutes_of, plain, seen_in

LAYOUTS = Path(__file__).parent / "data"


def read(layout: str, *lines: str) -> list[Seen]:
    text = (LAYOUTS / layout).read_text() + "".join(f"{line}\n" for line in lines)
    return seen_in(sheets.read(text.encode(), layout).sheets[0].rows)


def test_zoom_tells_of_each_visit_and_rejoining_adds_up() -> None:
    people = read(
        "zoom-per-join.csv",
        "Budi Santoso,budi@example.go.id,14/05/2026 09:00:00,14/05/2026 09:40:00,40,No,,No",
        "Budi Santoso,BUDI@example.go.id,14/05/2026 09:50:00,14/05/2026 10:20:00,30,No,,No",
        "Siti,,14/05/2026 09:00:00,14/05/2026 09:05:00,5,Yes,,No",
    )
    assert people == [Seen("Budi Santoso", "budi@example.go.id", 70), Seen("Siti", "", 5)]


def test_minutes_on_two_devices_at_once_count_once() -> None:
    people = read(
        "zoom-older.csv",
        "Budi,b@example.go.id,05/14/2026 09:00:00 AM,05/14/2026 10:00:00 AM,60,No",
        "Budi,b@example.go.id,05/14/2026 09:30:00 AM,05/14/2026 10:30:00 AM,60,No",
    )
    assert people == [Seen("Budi", "b@example.go.id", 90)]


def test_zoom_may_give_totals_only() -> None:
    assert read("zoom-total.csv", "Budi,b@example.go.id,95,No") == [Seen("Budi", "b@example.go.id", 95)]


def test_what_zoom_says_of_the_meeting_above_the_list_is_passed_over() -> None:
    people = read("zoom-with-meeting.csv", "Budi,,14/05/2026 09:00:00,14/05/2026 10:00:00,60,Yes")
    assert people == [Seen("Budi", "", 60)]


def test_google_meet_writes_first_and_last_name_and_durations_in_words() -> None:
    people = read(
        "google-meet.csv",
        "Siti,Rahayu,siti@example.go.id,1 hr 5 min,9:00 AM,10:05 AM",
        "Siti,Rahayu,siti@example.go.id,20 min,10:30 AM,10:50 AM",
        "Tamu,,,45 s,9:00 AM,9:01 AM",
    )
    assert people == [Seen("Siti Rahayu", "siti@example.go.id", 85), Seen("Tamu", "", 1)]


def test_another_layout_says_which_columns_are_expected_and_which_are_there() -> None:
    with pytest.raises(Refusal, match=r"Zoom: .*Google Meet: .*Berkas ini memuat: Nama, Jam masuk") as refused:
        seen_in([["Nama", "Jam masuk"], ["Budi", "09.00"]])
    assert refused.value.field == "file"


@pytest.mark.parametrize("layout", [each.name for each in sorted(LAYOUTS.glob("*.csv"))])
def test_a_header_without_people_is_said_to_be_one(layout: str) -> None:
    with pytest.raises(Refusal, match="Tidak ada baris peserta"):
        read(layout)


def test_a_duration_that_is_none_is_told_with_its_row() -> None:
    with pytest.raises(Refusal, match="“lama” pada baris 2"):
        read("zoom-total.csv", "Budi,,lama,No")


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("57", 57), ("1 hr 2 min", 62), ("1 jam 2 mnt", 62), ("01:02:03", 63), ("2 hr", 120), ("", 0), ("–", None)],
)
def test_durations_are_read_as_the_tools_write_them(said: str, minutes: int | None) -> None:
    assert minutes_of(said) == minutes


def test_people_are_found_by_address_then_by_a_name_that_one_alone_bears() -> None:
    known = [
        Known(1, ("Dr. Budi",), "budi@example.go.id"),
        Known(2, ("Siti Rahayu, S.Sos.",)),
        Known(3, ("Ahmad",)),
        Known(4, ("Ahmad",)),
    ]
    seen = [
        Seen("HP Budi", "Budi@Example.go.id", 5),
        Seen("siti  rahayu (Disdukcapil)", "siti@gmail.com", 5),
        Seen("Ahmad", "", 5),
        Seen("Tamu", "", 5),
    ]
    assert matched(seen, known) == [1, 2, None, None]


@given(st.text(max_size=40))
def test_any_name_can_be_compared(name: str) -> None:
    assert plain(plain(name)) == plain(name)


def test_whoever_came_is_shown_also_without_a_name_that_can_be_read() -> None:
    people = read(
        "zoom-total.csv",
        "=1+1,satu@example.go.id,80,Yes",
        "=1+1,,80,Yes",
        ",,70,Yes",
        "😀,,60,Yes",
        "🌴,,50,Yes",
        ",,,",
    )
    assert people == [
        Seen("satu@example.go.id", "satu@example.go.id", 80),
        Seen("Baris 3 tanpa nama", "", 80),
        Seen("Baris 4 tanpa nama", "", 70),
        Seen("😀", "", 60),
        Seen("🌴", "", 50),
    ]
