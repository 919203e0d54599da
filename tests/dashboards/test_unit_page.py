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
from tracker.recommendations.states import CannotReason

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
    assert page.html.index("Yang baru.") < page.html.index('id="terbawa"')
    assert "1 rekomendasi:" in page.words
    assert "Masih terbuka dari siklus sebelumnya: 1 rekomendasi, 0 tindak lanjut" in page.words
    assert "Masih terbuka dari dulu." not in page.html  # read when it is opened
    opened = site.get(f"/unit/{unit.id}?siklus=baru&bagian=terbawa")
    assert opened.html.index('id="terbawa" open') < opened.html.index("Masih terbuka dari dulu.")
    assert "1 rekomendasi:" in opened.words
    assert 'id="terbawa"' not in site.get(f"/unit/{unit.id}?siklus=lama").html


def test_the_history_is_paged_and_complete(site: Site, make: Make, machine: Desk) -> None:
    unit = make.unit("Disdukcapil", make.area())
    for number in range(25):
        unit.address = f"Jalan {number}"
        machine.record(Act.EDIT_UNIT, unit)
    machine.session.flush()
    site.sign_in(make.user(Role.LEADERSHIP))
    closed = site.get(f"/unit/{unit.id}")
    assert f"/unit/{unit.id}?bagian=riwayat#riwayat" in closed.links
    assert "dari 25 baris" not in closed.words
    first = site.get(f"/unit/{unit.id}?bagian=riwayat")
    assert "1–20 dari 25 baris" in first.words
    following = next(link for link in first.links if "halaman=2" in link)
    assert "21–25 dari 25 baris" in site.get(following).words


def test_a_script_fetches_a_folded_part_alone(site: Site, make: Make, machine: Desk) -> None:
    unit = make.unit("Disdukcapil", make.area())
    machine.record(Act.EDIT_UNIT, unit)
    machine.session.flush()
    answer = site.sign_in(make.user(Role.LEADERSHIP)).client.get(
        f"/unit/{unit.id}?bagian=riwayat", headers={"HX-Request": "true"}
    )
    assert '<ol class="timeline">' in answer.text
    assert "<html" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_what_is_open_stands_on_top_with_who_has_it_and_what_comes_next(site: Site, make: Make) -> None:
    area = make.area()
    unit = make.unit("Disdukcapil", area)
    make.evaluation(unit)
    first = make.recommendation(unit, text="Susun maklumat pelayanan.")
    make.follow_up(recommendation=first, title="Pasang maklumat", due_at=datetime(2026, 2, 25, tzinfo=UTC))
    make.follow_up(recommendation=first, title="Cetak maklumat", due_at=datetime(2026, 5, 25, tzinfo=UTC))
    make.follow_up(recommendation=first, title="Sudah selesai", status=S.ACCEPTED)
    waiting = make.follow_up(recommendation=first, title="Sahkan maklumat", status=S.SUBMITTED)
    bare = make.recommendation(unit, text="Belum diberikan kepada siapa pun.")
    keep_current(make.session, [unit.id])
    page = site.sign_in(make.user(Role.MENTOR, area=area)).get(f"/unit/{unit.id}")
    rows = [" ".join(row.split()) for row in page.text["tr"][1:]]
    late = next(row for row in rows if row.startswith("Pasang maklumat"))
    assert "U Unit" in late
    assert "lewat 3 hari kerja" in late
    assert "Memulai dan mencatat tindakan" in late
    assert "1 lewat tenggat" in page.words
    assert not [row for row in rows if row.startswith("Sudah selesai")]
    assert rows[-1].startswith("Belum diberikan kepada siapa pun.")
    assert f"/verifikasi/{waiting.id}" in page.links
    assert f"/rekomendasi/{bare.id}/tindak-lanjut" in page.links
    officer = site.sign_in(make.user(Role.UNIT_OFFICER, unit=unit)).get(f"/unit/{unit.id}")
    assert f"/verifikasi/{waiting.id}" not in officer.links
    assert f"/rekomendasi/{bare.id}/tindak-lanjut" not in officer.links


def test_a_proposal_that_work_cannot_be_done_waits_for_a_decision_on_top(site: Site, make: Make) -> None:
    area = make.area()
    unit = make.unit("Disdukcapil", area)
    proposed = make.recommendation(
        unit,
        text="Bangun gedung baru.",
        cannot_reason=CannotReason.IN_COURT,
        cannot_proposed_by_id=make.user(Role.MENTOR, area=area).id,
        cannot_proposed_at=datetime(2026, 2, 20, tzinfo=UTC),
    )
    keep_current(make.session, [unit.id])
    page = site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=area)).get(f"/unit/{unit.id}")
    row = " ".join(page.text["tr"][1].split())
    assert row.startswith("Bangun gedung baru.")
    assert "Diusulkan tidak dapat ditindaklanjuti" in row
    assert f"/rekomendasi/{proposed.id}/tidak-dapat/keputusan" in page.links


@pytest.mark.parametrize("role", [Role.MENTOR, Role.LEADERSHIP, Role.UNIT_OFFICER])
def test_a_cycle_without_result_is_shown_to_everybody_who_may_see_its_recommendations(
    site: Site, make: Make, role: Role
) -> None:
    unit = make.unit("Disdukcapil", make.area())
    make.recommendation(unit, text="Susun maklumat pelayanan.")
    scopes: dict[Role, dict[str, Any]] = {Role.MENTOR: {"area": unit.area}, Role.UNIT_OFFICER: {"unit": unit}}
    page = site.sign_in(make.user(role, **scopes.get(role, {}))).get(f"/unit/{unit.id}")
    assert "Belum ada hasil evaluasi dalam siklus ini." in page.words
    assert "Susun maklumat pelayanan." in page.words


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
    assert few <= 15  # the frame asks one (unread); sessions of the unit, complaint officers and complaints one each
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
