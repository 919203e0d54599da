"""What complaints are about: each number equals the list behind it, and nobody counts what they do not see."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.desk import Desk
from tracker.complaints.narrowing import WITHOUT
from tracker.complaints.of_unit import complaints_of
from tracker.complaints.patterns import About, Pattern, Per, a_year_before, how_many, named, places, shares
from tracker.complaints.states import ComplaintStatus
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role

YEAR = Pattern(date(2025, 3, 2), date(2026, 3, 2))
DeskOf = Callable[[User], Desk]


def seven_of_nine(make: Make, unit: ServiceUnit) -> None:
    for _ in range(7):
        make.complaint(unit, aspect_code="sarpras")
    make.complaint(unit, aspect_code="sdm")
    make.complaint(unit)


def test_seven_of_nine_are_about_facilities(make: Make, machine: Desk) -> None:
    seven_of_nine(make, make.unit())
    found, more = shares(machine, YEAR)
    assert [(each.value, each.number) for each in found] == [("sarpras", 7), ("sdm", 1), ("", 1)]
    assert more == 0
    most = named(found)
    assert most is not None
    assert (most.value, sum(each.number for each in found)) == ("sarpras", 9)


def test_each_number_is_the_length_of_the_list_behind_it(make: Make, machine: Desk) -> None:
    seven_of_nine(make, make.unit())
    for each in shares(machine, YEAR)[0]:
        assert how_many(machine, Pattern(YEAR.since, YEAR.until, value=each.value or WITHOUT)) == each.number


@pytest.mark.parametrize("status", [ComplaintStatus.FORWARDED, ComplaintStatus.ARCHIVED])
def test_what_is_not_ours_and_duplicates_do_not_count(make: Make, machine: Desk, status: ComplaintStatus) -> None:
    unit = make.unit()
    make.complaint(unit, aspect_code="sarpras")
    make.complaint(unit, aspect_code="sarpras", status=status)
    assert how_many(machine, YEAR) == 1


def test_days_are_counted_in_jakarta_with_both_ends(make: Make, machine: Desk) -> None:
    unit = make.unit()
    make.complaint(unit, received_at=datetime(2025, 12, 31, 16, 59, tzinfo=UTC))
    make.complaint(unit, received_at=datetime(2025, 12, 31, 17, 0, tzinfo=UTC))
    assert how_many(machine, Pattern(date(2025, 12, 31), date(2025, 12, 31))) == 1
    assert how_many(machine, Pattern(date(2026, 1, 1), date(2026, 1, 1))) == 1


def test_places_come_with_what_most_of_theirs_are_about(make: Make, machine: Desk) -> None:
    one, two = make.unit("Dinas Satu"), make.unit("Dinas Dua")
    seven_of_nine(make, one)
    make.complaint(two, aspect_code="sdm")
    found, count = places(machine, YEAR, Per.UNIT)
    assert count == 2
    assert [(each.name, each.largest.value, each.largest.number, each.total) for each in found] == [
        ("Dinas Satu", "sarpras", 7, 9),
        ("Dinas Dua", "sdm", 1, 1),
    ]
    assert [each.total for each in places(machine, YEAR, Per.AGENCY)[0]] == [9, 1]
    assert [each.total for each in places(machine, YEAR, Per.AREA)[0]] == [9, 1]


def test_services_topics_and_indicators_tell_apart_too(make: Make, machine: Desk) -> None:
    make.complaint(service="KTP elektronik", topic="Antrean", indicator_code="17")
    for about, value in ((About.SERVICE, "KTP elektronik"), (About.TOPIC, "Antrean"), (About.INDICATOR, "17")):
        found, _ = shares(machine, Pattern(YEAR.since, YEAR.until, about))
        assert [(each.value, each.number) for each in found] == [(value, 1)]


def test_a_year_before_the_29th_of_february_is_the_28th() -> None:
    assert a_year_before(date(2024, 2, 29)) == date(2023, 2, 28)


def test_nobody_counts_what_lies_out_of_reach(make: Make, desk_of: DeskOf) -> None:
    area = make.area()
    seven_of_nine(make, make.unit(area=area))
    elsewhere = make.user(Role.MENTOR, area=make.area())
    desk = desk_of(elsewhere)
    assert how_many(desk, YEAR) == 0
    assert places(desk, YEAR, Per.UNIT) == ([], 0)
    assert how_many(desk_of(make.user(Role.MENTOR, area=area)), YEAR) == 9


def test_a_units_page_says_what_most_are_about(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit(area=(area := make.area()))
    seven_of_nine(make, unit)
    told = complaints_of(desk_of(make.user(Role.MENTOR, area=area)), unit)
    assert told is not None
    assert (told.total, told.open, told.overdue) == (9, 9, 0)
    assert told.most is not None
    assert (told.most.value, told.most.number) == ("sarpras", 7)


def test_the_page_tells_it_in_words_and_leads_to_the_cases(make: Make, site: Site) -> None:
    unit = make.unit(area=(area := make.area()))
    seven_of_nine(make, unit)
    secret = make.complaint(unit, "Pungutan oleh kepala", aspect_code="sarpras", is_confidential=True)
    site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=area))
    page = site.get("/pengaduan/pola")
    assert "8 dari 10 pengaduan tentang" in page.words
    cases = site.get(f"/pengaduan/pola/kasus?nilai=sarpras&unit={unit.id}")
    assert f'value="{secret.id}"' in cases.html
    assert "Pungutan oleh kepala" not in cases.html
    assert "1–8 dari 8 baris" in cases.words


@pytest.mark.parametrize(
    ("query", "status"),
    [("menurut=xx", 422), ("dari=hello", 422), ("unit=9999999999999", 200), ("halaman=99", 200)],
)
def test_an_address_that_makes_no_sense_breaks_nothing(make: Make, site: Site, query: str, status: int) -> None:
    make.complaint(aspect_code="sarpras")
    site.sign_in(make.user(Role.LEADERSHIP))
    for path in ("/pengaduan/pola", "/pengaduan/pola/kasus"):
        site.get(f"{path}?{query}", expect=status)
