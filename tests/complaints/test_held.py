"""Who holds complaints and who is late: counted by agency, unit or officer, and each number opens its list."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.complaints.conftest import Office
from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Page, Site
from tracker.complaints.models import Complaint
from tracker.complaints.states import Clock, ComplaintStatus
from tracker.directory.states import Role

S = ComplaintStatus
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
HERE = "/pengaduan/pemegang"


@pytest.fixture
def held(office: Office) -> dict[str, list[Complaint]]:
    """Six open ones: two to be verified, three with the unit of which two are an officer's, one with the citizen."""

    def one(status: ComplaintStatus, late: bool, **values: Any) -> Complaint:
        due_at = NOW - timedelta(days=4) if late else NOW + timedelta(days=4)
        clock = Clock.VERIFICATION if status is S.NEW else Clock.CLOSING if status is S.RESPONDED else Clock.COMPLETION
        return office.complaint(office.unit, status=status, due_at=due_at, due_clock=clock, **values)

    officer = office.people["officer"].id
    return {
        "liaison": [one(S.NEW, late=True), one(S.NEW, late=False)],
        "officer": [one(S.IN_PROGRESS, late=True, assignee_id=officer) for _ in range(2)],
        "unit": [one(S.ASSIGNED, late=False)],
        "citizen": [one(S.RESPONDED, late=True)],
        "over": [one(S.CLOSED, late=False)],
    }


def table(page: Page) -> list[tuple[str, ...]]:
    """Name, holder, how many, how many late."""
    rows = re.findall(r'<tr role="row"><th role="rowheader".*?</tr>', page.html, re.DOTALL)
    found = []
    for row in rows:
        cells = [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.split("</t[hd]>", row)]
        found.append((cells[0], *cells[1:4]))
    return found


def numbers(site: Site, page: Page) -> list[tuple[int, int]]:
    """Each number that is a link, and how many rows its list has."""
    links = re.findall(r'<a (?:class="figure[^"]*" )?href="(/pengaduan\?[^"]*)">\s*(?:<strong>)?(\d+)<', page.html)
    assert links
    found = []
    for address, number in links:
        said = re.search(r"dari (\d+) baris", site.get(address.replace("&amp;", "&")).words)
        found.append((int(number), int(said[1]) if said else 0))
    return found


def test_holders_come_most_late_first_with_what_they_have_and_since_when(
    office: Office, site: Site, held: dict[str, list[Complaint]]
) -> None:
    site.sign_in(office.people["liaison"])
    page = site.get(HERE)
    agency = office.root.name
    assert table(page) == [
        (agency, "Unit penangan", "3", "2"),
        (agency, "Pejabat penghubung", "2", "1"),
        (agency, "Pelapor", "1", "0"),
    ]
    assert "6 belum selesai" in page.words
    assert "3 lewat tenggat" in page.words
    assert "26 Feb 2026" in page.words


@pytest.mark.parametrize("per", ["instansi", "unit", "petugas"])
@pytest.mark.parametrize("more", ["", "&pemegang=handler", "&klasifikasi=not_oversight&sumber=counter"])
def test_each_number_opens_the_list_of_as_many(
    office: Office, site: Site, held: dict[str, list[Complaint]], per: str, more: str
) -> None:
    site.sign_in(office.people["liaison"])
    page = site.get(f"{HERE}?menurut={per}{more}")
    found = numbers(site, page)
    assert all(number == rows for number, rows in found), found


def test_officers_are_named_and_what_lies_with_nobody_by_name_says_so(
    office: Office, site: Site, held: dict[str, list[Complaint]]
) -> None:
    site.sign_in(office.people["liaison"])
    rows = table(site.get(f"{HERE}?menurut=petugas&pemegang=handler"))
    agency, officer = office.root.name, office.people["officer"].name
    assert rows == [
        (f"{officer} {agency}", "Unit penangan", "2", "2"),
        (f"Belum disebut namanya {agency}", "Unit penangan", "1", "0"),
    ]
    only = site.get(f"/pengaduan?petugas={office.people['officer'].id}")
    assert f"Petugas: {officer}" in only.words
    assert "Petugas: belum disebut namanya" in site.get("/pengaduan?petugas=tanpa").words
    assert "Petugas: tidak ditemukan" in site.get("/pengaduan?petugas=999999").words


def test_only_what_is_in_reach_is_counted(
    office: Office, make: Make, site: Site, held: dict[str, list[Complaint]]
) -> None:
    make.complaint(make.unit("Jauh", agency=make.agency("Pemerintah Kota Jauh")))
    for who in ("liaison", "officer", "coordinator", "deputy"):
        page = site.sign_in(office.people[who]).get(HERE)
        assert "6 belum selesai" in page.words
        assert "Kota Jauh" not in page.words
    page = site.sign_in(office.people["elsewhere"]).get(HERE)
    assert "Tidak ada pengaduan yang terbuka" in page.words
    assert "/pengaduan?keadaan=semua" in page.links
    site.sign_in(make.user(Role.ADMINISTRATOR)).get(HERE, expect=403)


def test_a_confidential_case_is_counted_and_nothing_of_it_is_told(office: Office, site: Site) -> None:
    office.complaint(office.unit, title="Pungutan oleh kepala dinas", is_confidential=True, topic="Petugas")
    page = site.sign_in(office.people["deputy"]).get(HERE)
    assert "1 belum selesai" in page.words
    assert "Pungutan" not in page.html


def test_what_makes_no_sense_is_said_beside_its_field_and_a_page_too_far_leads_back(
    office: Office, site: Site, held: dict[str, list[Complaint]]
) -> None:
    site.sign_in(office.people["liaison"])
    site.get(f"{HERE}?menurut=bulan", expect=422)
    site.get(f"{HERE}?dari=kemarin", expect=422)
    assert "Halaman ini kosong" in site.get(f"{HERE}?halaman=9").words
    assert "Tidak ada yang cocok" in site.get(f"{HERE}?klasifikasi=suggestion").words
    assert table(site.get(f"{HERE}?cari=kursi&keadaan=semua&lewat=1&urut=terbaru")) == table(site.get(HERE))


def test_the_table_leaves_as_a_file_with_its_filter(
    office: Office, site: Site, held: dict[str, list[Complaint]]
) -> None:
    site.sign_in(office.people["liaison"])
    for ending in ("xlsx", "csv"):
        assert site.fetch(f"{HERE}/unduh.{ending}?menurut=unit").status_code == 200
        assert site.fetch(f"{HERE}/unduh.{ending}?menurut=bulan").status_code == 303
    answer = site.fetch(f"{HERE}/unduh.csv?menurut=petugas&pemegang=handler")
    heading, *rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert heading[3:6] == ["Petugas", "Belum selesai", "Lewat tenggat"]
    assert [row[3:6] for row in rows[:2]] == [
        [office.people["officer"].name, "2", "2"],
        ["Belum disebut namanya", "1", "0"],
    ]
    assert "2 dari 2 baris" in rows[2][0]
    assert "Di tangan: Unit penangan" in rows[2][0]


def test_the_page_asks_the_same_few_questions_however_many_holders(office: Office, make: Make, site: Site) -> None:
    site.sign_in(office.people["deputy"])
    office.complaint(office.unit)
    with statements() as few:
        site.get(f"{HERE}?menurut=unit")
    for number in range(8):
        make.complaint(make.unit(f"Dinas {number}", office.unit.area))
    with statements() as many:
        assert len(table(site.get(f"{HERE}?menurut=unit"))) == 9
    assert len(many) == len(few)
