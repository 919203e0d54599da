"""Pages of recommendations and letters: found, narrowed, written, changed, said again, decided."""

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Site
from tracker.access.actor import SYSTEM
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.followups.states import FollowUpStatus
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.states import Assessment, CannotReason, Priority

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def file(name: str = "surat.pdf", content: bytes = PDF) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def stored(make: Make, kind: type[Any]) -> list[Any]:
    make.session.info["actor"] = SYSTEM
    make.session.expire_all()
    return list(make.session.scalars(sa.select(kind).order_by(kind.id)))


def advice(row: ServiceUnit | None, make: Make, **values: str) -> dict[str, Any]:
    cycle = make.the_cycle()
    usual: dict[str, Any] = {
        "siklus": cycle.code,
        "aspect_id": str(cycle.instrument.aspects[0].id),
        "text": "Pasang papan.",
    }
    return usual | {"priority": "high"} | values


def test_one_is_added_by_form_and_leads_to_its_letter(make: Make, site: Site) -> None:
    unit, letter = make.unit(), make.letter()
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    url = f"/unit/{unit.id}/rekomendasi/tambah"
    mine = make.recommendation(unit, letter_id=letter.id)
    assert letter.number in site.get(url).words
    page = site.post(url, **advice(unit, make, target_score="3,5", due_on="2026-06-30", letter_id=str(letter.id)))
    assert page.heading == "Pasang papan."
    assert f"/surat/{letter.id}" in page.links
    assert "3,50" in page.words
    assert stored(make, Recommendation)[-1].id != mine.id


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"text": ""}, "text"), ({"aspect_id": ""}, "aspect_id"), ({"aspect_id": "9999"}, "aspect_id"),
     ({"target_score": "tinggi"}, "target_score"), ({"target_score": "7"}, "target_score"),
     ({"due_on": "30 Juni"}, "due_on"), ({"priority": "gawat"}, "priority"), ({"letter_id": "9999"}, "letter_id")],
)  # fmt: skip
def test_bad_input_keeps_what_was_typed(make: Make, site: Site, wrong: dict[str, Any], field: str) -> None:
    unit = make.unit()
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    page = site.post(f"/unit/{unit.id}/rekomendasi/tambah", expect=422, **advice(unit, make, indicator_id="", **wrong))
    assert f'id="{field}-error"' in page.html
    assert stored(make, Recommendation) == []


def test_only_the_verifiers_side_adds_and_only_in_its_area(make: Make, site: Site) -> None:
    unit = make.unit()
    url = f"/unit/{unit.id}/rekomendasi/tambah"
    site.sign_in(make.user(Role.MENTOR, area=make.area())).get(url, expect=404)
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=unit)).post(url, expect=403, **advice(unit, make))


def test_the_unit_is_found_by_its_name(make: Make, site: Site) -> None:
    unit = make.unit("RSUD Karel Sadsuitubun")
    make.unit("Samsat Ambon", area=unit.area)
    make.unit("RSUD di wilayah lain")
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    page = site.get("/rekomendasi/tambah?cari=rsud")
    assert f"/unit/{unit.id}/rekomendasi/tambah" in page.links
    assert "Samsat" not in page.words
    assert "wilayah lain" not in page.words
    assert "Tidak ada unit yang cocok" in site.get("/rekomendasi/tambah?cari=%25").words


def test_without_an_open_cycle_the_page_says_what_to_do(make: Make, site: Site) -> None:
    unit = make.unit()
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    for url in (f"/unit/{unit.id}/rekomendasi/tambah", f"/unit/{unit.id}/rekomendasi/ulang", "/surat/tambah"):
        assert "Belum ada siklus" in site.get(url).heading
    site.get("/rekomendasi")


def test_a_stale_edit_shows_both_versions_in_words(make: Make, site: Site) -> None:
    row = make.recommendation(priority=Priority.LOW)
    site.sign_in(make.user(Role.MENTOR, area=row.unit.area))
    url = f"/rekomendasi/{row.id}/ubah"
    version = re.search(r'name="version"[^>]*value="(\d+)"', site.get(url).html)
    assert version
    site.post(url, version=version[1], **advice(None, make, text="Versi pertama"))
    page = site.post(url, expect=409, version=version[1], **advice(None, make, text="Versi kedua", priority="low"))
    assert "Versi pertama" in page.words
    assert "Versi kedua" in page.words
    assert "Tinggi" in page.words
    again = re.search(r'name="version"[^>]*value="(\d+)"', page.html)
    assert again
    site.post(url, version=again[1], **advice(None, make, text="Versi kedua"))
    assert stored(make, Recommendation)[0].text == "Versi kedua"


def test_the_third_time_is_said_with_links_to_the_earlier_ones(make: Make, site: Site) -> None:
    instrument = make.instrument()
    cycles = [make.cycle(instrument=instrument, year=year) for year in (2023, 2024, 2025)]
    unit = make.unit()
    first = make.recommendation(unit, cycle=cycles[0])
    second = make.recommendation(unit, cycle=cycles[1], repeats_id=first.id, times=2)
    third = make.recommendation(unit, cycle=cycles[2], repeats_id=second.id, times=3)
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    page = site.get(f"/rekomendasi/{third.id}")
    assert "Direkomendasikan untuk ketiga kalinya" in page.words
    assert {f"/rekomendasi/{first.id}", f"/rekomendasi/{second.id}"} <= set(page.links)
    assert f"/rekomendasi/{third.id}" in site.get(f"/rekomendasi/{second.id}").links


def test_many_are_said_again_at_once_and_twice_is_once(make: Make, site: Site) -> None:
    instrument = make.instrument()
    before = make.cycle(instrument=instrument, year=2024)
    now = make.cycle(instrument=instrument, year=2025)
    unit = make.unit()
    old = [make.recommendation(unit, cycle=before, text=f"Pasang papan {n}") for n in range(3)]
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    url = f"/unit/{unit.id}/rekomendasi/ulang"
    site.post(url, expect=422, siklus=now.code)
    typed: dict[str, Any] = {
        "siklus": now.code,
        "chosen": [str(old[0].id), str(old[2].id)],
        "form_key": "sekali",
        "letter_id": "",
    }
    for _ in range(2):
        site.post(url, **typed)
    again = [row for row in stored(make, Recommendation) if row.cycle_id == now.id]
    assert [row.repeats_id for row in again] == [old[0].id, old[2].id]
    site.post(url, expect=422, siklus=now.code, chosen=str(old[0].id))
    site.post(url, expect=404, siklus="tidak-ada", chosen=str(old[1].id))


def test_the_filters_narrow_and_the_count_is_the_rows(make: Make, site: Site) -> None:
    unit = make.unit("RSUD Karel")
    other = make.unit("Samsat", area=unit.area)
    aspects = make.the_cycle().instrument.aspects
    a = make.recommendation(unit, text="Sediakan kursi roda", priority=Priority.HIGH)
    b = make.recommendation(other, text="Pasang maklumat", aspect=aspects[1], assessment=Assessment.ADEQUATE)
    make.follow_up(recommendation=a)
    make.follow_up(recommendation=b, status=FollowUpStatus.CANCELLED)
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    for query, found in {
        "": {a, b}, "cari=kursi": {a}, "cari=samsat": {b}, "cari=kursi samsat": set(), f"aspek={aspects[1].code}": {b},
        "penilaian=adequate": {b}, "prioritas=high": {a}, "belum=1": {b}, f"unit={unit.id}": {a},
        f"wilayah={unit.area_id}": {a, b}, "wilayah=x&penilaian=y&hal=z": {a, b}, "siklus=semua": {a, b},
    }.items():  # fmt: skip
        page = site.get(f"/rekomendasi?s=1&{query}")
        shown = {row for row in (a, b) if f"/rekomendasi/{row.id}" in page.links}
        assert shown == found, query
        if found:
            assert f"1–{len(found)} dari {len(found)} baris" in page.words, query


def test_open_ones_of_earlier_cycles_are_carried_over_when_asked_for(make: Make, site: Site) -> None:
    instrument = make.instrument()
    before = make.cycle(instrument=instrument, year=2024)
    now = make.cycle(instrument=instrument, year=2025)
    unit = make.unit()
    carried = make.recommendation(unit, cycle=before)
    done = make.recommendation(unit, cycle=before, assessment=Assessment.ADEQUATE)
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    links = site.get(f"/rekomendasi?s=1&siklus={now.code}&bawaan=1").links
    assert f"/rekomendasi/{carried.id}" in links
    assert f"/rekomendasi/{done.id}" not in links
    assert f"/rekomendasi/{carried.id}" not in site.get(f"/rekomendasi?s=1&siklus={now.code}").links


def test_a_foreign_recommendation_is_not_found(make: Make, site: Site) -> None:
    row = make.recommendation()
    site.sign_in(make.user(Role.MENTOR, area=make.area()))
    for path in ("", "/ubah", "/tidak-dapat", "/tidak-dapat/dokumen"):
        site.get(f"/rekomendasi/{row.id}{path}", expect=404)


def test_the_list_asks_the_same_number_of_questions_whatever_its_length(make: Make, site: Site) -> None:
    unit = make.unit()
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    questions = []
    for _ in range(2):
        for _row in range(8):
            make.follow_up(make.unit(area=unit.area))
        with statements() as asked:
            site.get("/rekomendasi")
        questions.append(len(asked))
    assert questions[0] == questions[1]


def proposal(**values: Any) -> dict[str, Any]:
    return {"reason": "in_court", "note": "Gedung dalam sengketa.", "document": file("putusan.pdf")} | values


def test_a_proposal_is_decided_by_a_second_person_from_its_page(make: Make, site: Site) -> None:
    work = make.follow_up()
    row = work.recommendation
    deputy, other = (make.user(Role.ASSISTANT_DEPUTY, area=row.unit.area) for _ in range(2))
    site.sign_in(deputy)
    url = f"/rekomendasi/{row.id}/tidak-dapat"
    site.post(url, expect=422, reason="in_court", note="Sengketa.")
    site.post(url, expect=422, **proposal(reason="malas"))
    site.post(url, expect=422, **proposal(document=file("putusan.pdf", b"MZ bukan dokumen")))
    assert "Usul tersimpan" in site.post(url, **proposal()).words
    assert "Baca usul dan putuskan" not in site.get(f"/rekomendasi/{row.id}").words
    site.post(f"{url}/setujui", expect=403)
    site.sign_in(other)
    assert "1 tindak lanjut yang terbuka dibatalkan" in site.get(f"{url}/keputusan").words
    assert site.fetch(f"{url}/dokumen").data == PDF
    page = site.post(f"{url}/setujui")
    assert "1 tindak lanjut dibatalkan" in page.words
    site.post(f"{url}/setujui", expect=409)
    site.post(f"{url}/cabut", expect=422, reason="")
    site.post(f"{url}/cabut", reason="Sudah selesai.")
    [kept] = stored(make, Recommendation)
    assert kept.assessment is Assessment.NOT_YET_ADEQUATE
    assert kept.cannot_reason is CannotReason.IN_COURT


def test_a_refusal_needs_a_reason(make: Make, site: Site) -> None:
    row = make.recommendation()
    site.sign_in(make.user(Role.MENTOR, area=row.unit.area)).post(f"/rekomendasi/{row.id}/tidak-dapat", **proposal())
    site.sign_in(make.user(Role.LEADERSHIP))
    url = f"/rekomendasi/{row.id}/tidak-dapat/tolak"
    site.post(url, expect=422, reason=" ")
    assert "Usul ditolak" in site.post(url, reason="Perkara sudah putus.").words


def test_a_letter_is_added_with_its_scan_and_handed_out_within_reach(make: Make, site: Site) -> None:
    cycle, area = make.the_cycle(), make.area()
    site.sign_in(make.user(Role.MENTOR, area=area))
    typed: dict[str, Any] = {
        "siklus": cycle.code,
        "number": "B/4/PP.00.02/2020",
        "dated_on": "2020-03-02",
        "subject": "Hasil",
    }
    page = site.post("/surat/tambah", **typed, scan=file())
    assert page.heading == "Surat B/4/PP.00.02/2020"
    [letter] = stored(make, Letter)
    answer = site.fetch(f"/surat/{letter.id}/pindaian")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    site.post("/surat/tambah", expect=422, **typed)
    site.post("/surat/tambah", expect=422, **typed | {"number": "lain", "dated_on": "kemarin"})
    site.post("/surat/tambah", expect=422, **typed | {"number": "lain"}, scan=file("x.pdf", b"<html>"))
    site.post(f"/surat/{letter.id}/ubah", **typed | {"subject": "Hasil evaluasi"})
    [letter] = stored(make, Letter)
    assert (letter.subject, letter.scan_name) == ("Hasil evaluasi", "surat.pdf")
    site.sign_in(make.user(Role.MENTOR, area=make.area())).get(f"/surat/{letter.id}/pindaian", expect=404)


def test_a_unit_reads_the_letter_behind_its_recommendation_and_changes_nothing(make: Make, site: Site) -> None:
    letter = make.letter()
    row = make.recommendation(letter_id=letter.id)
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=row.unit))
    assert f"/rekomendasi/{row.id}" in site.get(f"/surat/{letter.id}").links
    site.get(f"/surat/{letter.id}/pindaian", expect=404)
    site.get(f"/surat/{letter.id}/ubah", expect=403)
    site.get("/surat")


def test_what_was_accepted_but_never_judged_can_be_judged_on_its_page(make: Make, site: Site) -> None:
    row = make.recommendation(assessment=Assessment.NOT_YET_ADEQUATE)
    make.follow_up(recommendation=row, status=FollowUpStatus.ACCEPTED)
    still_open = make.recommendation(row.unit, assessment=Assessment.NOT_YET_ADEQUATE)
    make.follow_up(recommendation=still_open)
    site.sign_in(make.user(Role.MENTOR, area=row.unit.area))
    assert "Nilai sesuai" in site.get(f"/rekomendasi/{row.id}").words
    assert "Nilai sesuai" not in site.get(f"/rekomendasi/{still_open.id}").words
    site.post(f"/rekomendasi/{still_open.id}/sesuai", expect=422)
    assert "dinilai sesuai" in site.post(f"/rekomendasi/{row.id}/sesuai").words


def test_the_list_of_letters_says_how_many_there_are_and_cuts_none(make: Make, site: Site) -> None:
    for n in range(51):
        make.letter(number=f"B/{n}/2026")
    site.sign_in(make.user(Role.LEADERSHIP))
    page = site.get("/surat")
    assert "1–50 dari 51 baris" in page.words
    assert "51–51 dari 51 baris" in site.get("/surat?hal=2").words
