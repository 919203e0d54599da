"""The page of a unit: what readers of cases see, what the directory shows, and how often it asks."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.followups.states import FollowUpStatus
from tracker.progress.operations import keep_current

S = FollowUpStatus


def test_it_tells_result_progress_projection_and_open_work(site: Site, make: Make) -> None:
    area = make.area("III")
    unit = make.unit("Disdukcapil Kota Tual", area)
    make.evaluation(unit, official_index=Decimal("1.62"), computed_index=Decimal("1.60"))
    recommendation = make.recommendation(unit, text="Susun maklumat pelayanan.")
    make.follow_up(recommendation=recommendation, status=S.ACCEPTED)
    make.follow_up(recommendation=recommendation, title="Pasang maklumat", due_at=datetime(2026, 2, 25, tzinfo=UTC))
    make.contact(unit, "Maria Rahayaan", phone="0811 2345 678")
    keep_current(make.session, [unit.id])
    page = site.sign_in(make.user(Role.MENTOR, area=area)).get(f"/unit/{unit.id}")
    for words in (
        "1,62",
        "1,60 berbeda dari surat; yang resmi berlaku",
        "proyeksi, bukan hasil evaluasi",
        "50 % terverifikasi",
        "Susun maklumat pelayanan.",
        "Pasang maklumat",
        "lewat 3 hari kerja",
        "Maria Rahayaan",
        "Skor 1,50 dari 5",
    ):
        assert words in page.words, words
    assert 'href="tel:08112345678"' in page.html


def test_an_administrator_sees_the_directory_and_nothing_of_the_case(site: Site, make: Make) -> None:
    unit = make.unit("Disdukcapil Kota Tual")
    make.evaluation(unit)
    make.recommendation(unit, text="Susun maklumat pelayanan.")
    page = site.sign_in(make.user(Role.ADMINISTRATOR)).get(f"/unit/{unit.id}")
    assert "Tentang unit" in page.words
    assert "Susun maklumat" not in page.words
    assert "Hasil evaluasi" not in [heading.strip() for heading in page.text["h2"]]


def test_a_unit_out_of_reach_does_not_exist(site: Site, make: Make) -> None:
    mine, other = make.unit(), make.unit()
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=mine)).get(f"/unit/{other.id}", expect=404)
    site.get(f"/unit/{mine.id}")


def test_open_recommendations_of_earlier_cycles_stand_apart(site: Site, make: Make) -> None:
    area = make.area()
    unit = make.unit("Disdukcapil", area)
    instrument = make.instrument()
    old = make.cycle(instrument=instrument, year=2024, code="lama", letter_on=date(2025, 1, 1), opening_on=None)
    new = make.cycle(instrument=instrument, code="baru")
    make.recommendation(unit, cycle=old, text="Masih terbuka dari dulu.")
    make.recommendation(unit, cycle=new, text="Yang baru.")
    keep_current(make.session, [unit.id])
    site.sign_in(make.user(Role.LEADERSHIP))
    page = site.get(f"/unit/{unit.id}")
    assert page.html.index("Yang baru.") < page.html.index('id="terbawa"') < page.html.index("Masih terbuka")
    assert "1 rekomendasi:" in page.words
    assert 'id="terbawa"' not in site.get(f"/unit/{unit.id}?siklus=lama").html


def test_the_history_is_paged_and_complete(site: Site, make: Make, machine: Desk) -> None:
    unit = make.unit("Disdukcapil", make.area())
    for number in range(25):
        unit.address = f"Jalan {number}"
        machine.record(Act.EDIT_UNIT, unit)
    machine.session.flush()
    site.sign_in(make.user(Role.LEADERSHIP))
    assert "1–20 dari 25 baris" in site.get(f"/unit/{unit.id}").words
    assert "21–25 dari 25 baris" in site.get(f"/unit/{unit.id}?halaman=2").words


def test_the_number_of_queries_does_not_grow_with_recommendations(site: Site, make: Make) -> None:
    unit = make.unit("Disdukcapil", make.area())
    make.evaluation(unit)
    make.follow_up(unit)
    site.sign_in(make.user(Role.MENTOR, area=unit.area))

    def asked() -> int:
        with statements() as sent:
            site.get(f"/unit/{unit.id}")
        return len(sent)

    asked()
    few = asked()
    for _ in range(15):
        make.follow_up(unit)
    keep_current(make.session, [unit.id])
    assert asked() == few


def test_the_formulas_are_open_to_everybody_and_name_the_margins_in_force(site: Site, make: Make) -> None:
    page = site.sign_in(make.user(Role.UNIT_OFFICER, unit=make.unit())).get("/rumus")
    assert "paling banyak 10 poin di bawahnya" in page.words
    assert "bukan hasil evaluasi" in page.words


@pytest.mark.parametrize(
    ("role", "adds", "edits"),
    [(Role.MENTOR, True, False), (Role.COORDINATOR, False, True), (Role.UNIT_OFFICER, False, True),
     (Role.LEADERSHIP, False, False)],
)  # fmt: skip
def test_it_leads_on_to_what_one_may_do_there_and_to_nothing_else(
    site: Site, make: Make, role: Role, adds: bool, edits: bool
) -> None:
    unit = make.unit()
    scopes: dict[Role, dict[str, Any]] = {
        Role.MENTOR: {"area": unit.area},
        Role.COORDINATOR: {"agency": unit.agency},
        Role.LEADERSHIP: {},
    }
    page = site.sign_in(make.user(role, **scopes.get(role, {"unit": unit}))).get(f"/unit/{unit.id}")
    assert (f"/unit/{unit.id}/rekomendasi/tambah" in page.links) is adds
    assert (f"/unit/{unit.id}/kontak" in page.links) is edits
    assert page.heading == unit.full_name
