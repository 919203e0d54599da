"""The trail can be searched by whoever must account for it, within their reach."""

import pytest

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.followups.models import FollowUp


@pytest.fixture
def told(make: Make, machine: Desk) -> FollowUp:
    follow_up = make.follow_up()
    follow_up.title = "Judul yang baru"
    machine.record(Act.EDIT_FOLLOW_UP, follow_up, "Salah ketik pada surat")
    machine.session.flush()
    return follow_up


def test_an_auditor_reads_who_changed_what_from_what_to_what_and_why(make: Make, site: Site, told: FollowUp) -> None:
    page = site.sign_in(make.user(Role.VIEWER)).get("/jejak")
    for words in ("mengubah tindak lanjut", "Pasang nomor antrean", "Judul yang baru", "Salah ketik pada surat"):
        assert words in page.words
    assert "1–1 dari 1 baris" in page.words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kata=salah+ketik", 1),
        ("kata=lain+sekali", 0),
        ("tindakan=follow_up.edit", 1),
        ("tindakan=follow_up.accept", 0),
        ("sejak=2026-03-02&sampai=2026-03-02", 1),
        ("sampai=2026-03-01", 0),
        ("jenis=Recommendation", 0),
    ],
)
def test_a_search_narrows_the_trail(make: Make, site: Site, told: FollowUp, query: str, found: int) -> None:
    page = site.sign_in(make.user(Role.VIEWER)).get(f"/jejak?{query}")
    assert ("Judul yang baru" in page.words) is bool(found)


def test_a_wrong_date_is_explained_and_shows_no_rows_as_if_they_matched(make: Make, site: Site, told: FollowUp) -> None:
    page = site.sign_in(make.user(Role.VIEWER)).get("/jejak?sejak=kemarin", expect=422)
    assert "Tanggal tidak dikenali" in page.words
    assert "Judul yang baru" not in page.words


def test_a_reader_of_another_unit_finds_nothing_of_it(make: Make, site: Site, told: FollowUp) -> None:
    page = site.sign_in(make.user(Role.MENTOR, area=make.area())).get("/jejak")
    assert "Judul yang baru" not in page.words


def test_a_unit_officer_has_no_trail_page(make: Make, site: Site, told: FollowUp) -> None:
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=told.unit)).get("/jejak", expect=403)
