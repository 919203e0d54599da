"""A session as people hold it: prepare, run, note, promise, take attendance, close, read the minutes."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from tests.conftest import MORNING
from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Page, Site
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit, SupervisionArea, User
from tracker.directory.states import Role
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.kit.db import Model
from tracker.mentoring.models import (
    Attendance,
    Commitment,
    MentoringSession,
    Participant,
    Preparation,
    SessionNote,
    SessionUnit,
)
from tracker.mentoring.states import SessionStatus

TODAY = (datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 2, 4, tzinfo=UTC))


class Meeting(NamedTuple):
    area: SupervisionArea
    units: list[ServiceUnit]
    session: MentoringSession
    lines: list[SessionUnit]
    aspects: list[Any]
    mentor: User


@pytest.fixture
def meeting(make: Make) -> Meeting:
    area = make.area()
    units = [make.unit(f"Disdukcapil {name}", area=area) for name in ("Tual", "Ambon")]
    make.evaluation(units[0])
    session = make.session_of(*units, host_area_id=area.id, status=SessionStatus.RUNNING, day=TODAY)
    with as_machine(make.session):
        lines, aspects = list(session.units), list(session.cycle.instrument.aspects)  # type: ignore[union-attr]
        _ = [unit.agency for unit in units]
    return Meeting(area, units, session, lines, aspects, make.user(Role.ASSISTANT_DEPUTY, area=area))


def rows(make: Make, kind: type[Model], **by: Any) -> list[Any]:
    make.session.expire_all()
    with as_machine(make.session):
        key = sa.inspect(kind).primary_key[0]
        return list(make.session.scalars(sa.select(kind).filter_by(**by).order_by(key)))


def typed(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields whose names are put together."""
    return fields


def hidden(page: Page, name: str) -> str:
    start = page.html.index(f'name="{name}"')
    tag = page.html[page.html.rindex("<", 0, start) : page.html.index(">", start)]
    return tag.split('value="')[1].split('"')[0]


# --- before it ----------------------------------------------------------------------------------------------


def test_the_mentor_reads_what_is_known_of_a_unit(site: Site, make: Make, meeting: Meeting) -> None:
    make.recommendation(meeting.units[0], text="Perbaiki antrean")
    page = site.sign_in(meeting.mentor).get(f"/sesi/unit/{meeting.lines[0].id}")
    assert page.heading.startswith("Disdukcapil Tual")
    for words in ("Perbaiki antrean", "indeks 1,50", "Belum pernah ada tindakan", "Ini sesi pertama unit ini"):
        assert words in page.words


def test_what_was_promised_returns_by_itself_until_it_is_verified(site: Site, make: Make, meeting: Meeting) -> None:
    before = make.session_of(
        *meeting.units, host_area_id=meeting.area.id, status=SessionStatus.CLOSED, closed_at=MORNING,
        day=(TODAY[0] - timedelta(days=60), TODAY[1] - timedelta(days=60)),
    )  # fmt: skip
    late = make.follow_up(meeting.units[0], title="Menyusun SP", due_at=MORNING - timedelta(days=3))
    make.commitment(before, meeting.units[0], text="Menyusun SP", follow_up_id=late.id)
    done = make.follow_up(meeting.units[0], status=FollowUpStatus.ACCEPTED)
    make.commitment(before, meeting.units[0], text="Melatih petugas", follow_up_id=done.id)
    page = site.sign_in(meeting.mentor).get(f"/sesi/unit/{meeting.lines[0].id}").words
    opening, last = page.split("Poin pembuka")[1].split("Yang dijanjikan pada sesi sebelumnya")
    assert "Menyusun SP" in opening
    assert "lewat tenggat" in opening
    assert "Melatih petugas" not in opening
    assert "Melatih petugas" in last
    assert "1 diterima" in last
    assert "Tidak ada komitmen terdahulu" in site.get(f"/sesi/unit/{meeting.lines[1].id}").words


def prepared(meeting: Meeting, page: Page, **texts: str) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for aspect in meeting.aspects:
        for name in ("version", "seen"):
            sent[f"a{aspect.id}-{name}"] = hidden(page, f"a{aspect.id}-{name}")
        for name in ("activity", "obstacle", "plan"):
            sent[f"a{aspect.id}-{name}"] = ""
    return sent | texts


def test_an_officer_prepares_aspect_by_aspect(site: Site, make: Make, meeting: Meeting) -> None:
    address = f"/sesi/unit/{meeting.lines[0].id}/persiapan"
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=meeting.units[0]))
    first, second = (aspect.id for aspect in meeting.aspects[:2])
    page = site.get(address)
    sent = site.post(address, **prepared(meeting, page, **{f"a{first}-plan": "Melatih petugas"}))
    assert "Persiapan tersimpan" in sent.words
    assert [(each.aspect_id, each.plan) for each in rows(make, Preparation)] == [(first, "Melatih petugas")]
    site.post(address, **prepared(meeting, page, **{f"a{second}-activity": "Sudah rapat"}))
    found = {each.aspect_id: (each.activity, each.plan) for each in rows(make, Preparation)}
    assert found == {first: ("", "Melatih petugas"), second: ("Sudah rapat", "")}


def test_of_two_officers_the_second_sees_both_versions_and_loses_nothing(
    site: Site, make: Make, meeting: Meeting
) -> None:
    address = f"/sesi/unit/{meeting.lines[0].id}/persiapan"
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=meeting.units[0]))
    first = meeting.aspects[0].id
    page = site.get(address)
    site.post(address, **prepared(meeting, page, **{f"a{first}-plan": "Rencana pertama"}))
    stale = site.post(address, expect=409, **prepared(meeting, page, **{f"a{first}-plan": "Rencana kedua"}))
    assert "Rencana pertama" in stale.words
    assert "Rencana kedua" in stale.words
    again = prepared(meeting, stale, **{f"a{first}-plan": "Pertama dan kedua"})
    site.post(address, **again)
    assert [each.plan for each in rows(make, Preparation)] == ["Pertama dan kedua"]


def test_an_officer_sees_their_own_unit_of_the_session_only(site: Site, make: Make, meeting: Meeting) -> None:
    make.save(
        SessionNote(session_id=meeting.session.id, unit_id=meeting.units[1].id, author_id=meeting.mentor.id,
                    text="Rahasia Ambon", written_at=MORNING)
    )  # fmt: skip
    make.commitment(meeting.session, meeting.units[1], text="Janji Ambon")
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=meeting.units[0]))
    site.get(f"/sesi/unit/{meeting.lines[1].id}", expect=404)
    site.get(f"/sesi/unit/{meeting.lines[1].id}/persiapan", expect=404)
    for address in (f"/sesi/{meeting.session.id}", f"/sesi/unit/{meeting.lines[0].id}"):
        page = site.get(address).words
        assert "Ambon" not in page.replace("Pemerintah", "")
    site.get(f"/sesi/{meeting.session.id}/jalankan", expect=403)
    site.get(f"/sesi/{meeting.session.id}/komitmen", expect=403)
    meeting.session.status, meeting.session.closed_at = SessionStatus.CLOSED, MORNING
    make.save(meeting.session)
    minutes = site.get(f"/sesi/{meeting.session.id}/notula").words
    assert "Disdukcapil Tual" in minutes or "Tual" in minutes
    assert "Janji Ambon" not in minutes
    assert "Rahasia Ambon" not in minutes


# --- in the meeting -----------------------------------------------------------------------------------------


def test_a_session_is_started_once_and_shows_one_unit_at_a_time(site: Site, make: Make, meeting: Meeting) -> None:
    meeting.session.status = SessionStatus.SCHEDULED
    make.save(meeting.session)
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/jalankan"
    assert "Sesi belum dimulai" in site.get(address).words
    site.post(address)
    page = site.post(address)
    assert "Sesi belum dimulai" not in page.words
    assert page.heading.startswith("Disdukcapil Tual")
    assert "Unit 1 dari 2" in page.words
    after = site.get(f"{address}?unit={meeting.lines[1].id}")
    assert after.heading.startswith("Disdukcapil Ambon")
    assert f"{address}?unit={meeting.lines[0].id}" in after.links
    site.get(f"{address}?unit=999999", expect=200)


def test_two_note_takers_at_once_lose_nothing(site: Site, make: Make, meeting: Meeting) -> None:
    other = make.user(Role.MENTOR, area=meeting.area)
    address = f"/sesi/unit/{meeting.lines[0].id}/catatan"
    key = meeting.aspects[0].id
    for text in ("Antrean", "Antrean panjang"):
        for who, version in ((meeting.mentor, text), (other, text.upper())):
            site.sign_in(who)
            mine = [each.version for each in rows(make, SessionNote, author_id=who.id)] or [0]
            kept = site.fetch(
                address, method="POST", data={f"note-{key}": version, f"version-{key}": mine[0]},
                headers={"Accept": "application/json"},
            )  # fmt: skip
            assert kept.status_code == 200
            assert kept.json is not None
            assert kept.json["saved"].startswith("Tersimpan ")
    assert {each.author_id: each.text for each in rows(make, SessionNote)} == {
        meeting.mentor.id: "Antrean panjang",
        other.id: "ANTREAN PANJANG",
    }
    site.sign_in(meeting.mentor)
    theirs = site.fetch(address).get_data(as_text=True)
    assert "ANTREAN PANJANG" in theirs
    assert "Antrean panjang" not in theirs


def test_ones_own_note_from_another_device_is_shown_and_not_overwritten(
    site: Site, make: Make, meeting: Meeting
) -> None:
    address, key = f"/sesi/unit/{meeting.lines[0].id}/catatan", meeting.aspects[0].id
    site.sign_in(meeting.mentor)
    site.post(address, **typed({f"note-{key}": "Dari ponsel", f"version-{key}": "0"}))
    stale = site.fetch(
        address, method="POST", data={f"note-{key}": "Dari laptop", f"version-{key}": "0"},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert stale.status_code == 409
    assert stale.json["stale"][str(key)]["text"] == "Dari ponsel"  # type: ignore[index]
    page = site.post(address, expect=409, **typed({f"note-{key}": "Dari laptop", f"version-{key}": "0"}))
    assert "Dari ponsel" in page.words
    assert "Dari laptop" in page.html
    site.post(address, **typed({f"note-{key}": "Keduanya", f"version-{key}": hidden(page, f"version-{key}")}))
    assert [each.text for each in rows(make, SessionNote)] == ["Keduanya"]


def test_without_scripts_untouched_notes_of_the_same_form_stay(site: Site, make: Make, meeting: Meeting) -> None:
    address = f"/sesi/unit/{meeting.lines[0].id}/catatan"
    first, second = (aspect.id for aspect in meeting.aspects[:2])
    site.sign_in(meeting.mentor)
    page = site.get(f"/sesi/{meeting.session.id}/jalankan")
    site.post(address, **typed({f"note-{second}": "Dari ponsel", f"version-{second}": "0"}))
    whole: dict[str, Any] = {
        f"{part}-{key}": hidden(page, f"{part}-{key}") for key in (first, second) for part in ("version", "seen")
    }
    site.post(address, **whole, **typed({f"note-{first}": "Dari laptop", f"note-{second}": ""}))
    assert {each.aspect_id: each.text for each in rows(make, SessionNote)} == {
        first: "Dari laptop",
        second: "Dari ponsel",
    }


# --- commitments --------------------------------------------------------------------------------------------


def test_a_commitment_is_typed_in_one_line(site: Site, make: Make, meeting: Meeting) -> None:
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/komitmen/baris"
    page = site.post(address, line="#inovasi 30 juni menyusun inovasi", kembali=str(meeting.lines[0].id))
    assert "1 komitmen dicatat" in page.words
    assert page.heading.startswith("Disdukcapil Tual")
    site.post(address, line="@semua #sdm 1/7 melatih petugas")
    found = [(each.unit_id, each.text, each.due_on) for each in rows(make, Commitment)]
    assert found == [
        (meeting.units[0].id, "menyusun inovasi", date(2026, 6, 30)),
        (meeting.units[0].id, "melatih petugas", date(2026, 7, 1)),
        (meeting.units[1].id, "melatih petugas", date(2026, 7, 1)),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("@tual 30 juni menyusun inovasi", "aspek (#)"),
        ("@tual #inovasi menyusun inovasi", "tanggal"),
        ("@tual #inovasi 30 juni", "Lengkapi di bawah ini: apa yang dikerjakan."),
        ("@ternate #inovasi 30 juni menyusun", "Tidak ada unit peserta yang cocok"),
        ("@tual #inovasi 2026-02-27 menyusun", "Batas waktu tidak boleh sebelum sesi"),
        ("@tual #inovasi 31/2 menyusun", "Tanggal “31/2” tidak ada"),
    ],
)
def test_what_a_line_leaves_out_is_asked_for_in_the_form(
    site: Site, make: Make, meeting: Meeting, line: str, said: str
) -> None:
    site.sign_in(meeting.mentor)
    page = site.post(f"/sesi/{meeting.session.id}/komitmen/baris", expect=422, line=line)
    assert said in page.words
    assert "menyusun" in page.html
    assert rows(make, Commitment) == []


def filled(meeting: Meeting, **values: Any) -> dict[str, Any]:
    return {
        "units": [meeting.units[0].id], "aspect_id": meeting.aspects[0].id, "text": "Menyusun SP",
        "due_on": "2026-06-30", "only_for": "",
    } | values  # fmt: skip


def test_a_commitment_goes_by_form_to_one_several_or_all_units(site: Site, make: Make, meeting: Meeting) -> None:
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/komitmen"
    site.post(address, **filled(meeting, person_in_charge="Kepala dinas"))
    site.post(address, **filled(meeting, units=[], all_units="y", text="Melatih"))
    assert [(each.unit_id, each.text) for each in rows(make, Commitment)] == [
        (meeting.units[0].id, "Menyusun SP"),
        (meeting.units[0].id, "Melatih"),
        (meeting.units[1].id, "Melatih"),
    ]
    assert "Kepala dinas" in site.get(address).words


def test_people_and_recommendations_are_offered_for_the_unit_that_is_open(
    site: Site, make: Make, meeting: Meeting
) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=meeting.units[0])
    there = make.recommendation(meeting.units[0], text="Perbaiki antrean")
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/komitmen"
    page = site.get(f"{address}?unit={meeting.lines[0].id}")
    assert officer.name in page.words
    assert "Perbaiki antrean" in page.words
    chosen = filled(
        meeting, person_in_charge_id=officer.id, recommendation_id=there.id, only_for=str(meeting.units[0].id)
    )
    refused = site.post(address, expect=422, **chosen | {"all_units": "y"})
    assert "hanya berlaku bila komitmennya untuk satu unit" in refused.words
    site.post(address, **chosen)
    (made,) = rows(make, Commitment)
    assert (made.person_in_charge_id, made.recommendation_id) == (officer.id, there.id)


def test_a_commitment_before_the_session_is_refused_beside_its_field(site: Site, make: Make, meeting: Meeting) -> None:
    site.sign_in(meeting.mentor)
    page = site.post(f"/sesi/{meeting.session.id}/komitmen", expect=422, **filled(meeting, due_on="2026-03-01"))
    assert "Batas waktu tidak boleh sebelum sesi" in page.words
    assert "Menyusun SP" in page.html


def test_a_commitment_is_changed_and_removed_until_the_minutes_are_locked(
    site: Site, make: Make, meeting: Meeting
) -> None:
    made = make.commitment(meeting.session, meeting.units[0], text="Menyusun SP")
    site.sign_in(meeting.mentor)
    address = f"/sesi/komitmen/{made.id}"
    version = hidden(site.get(address), "version")
    site.post(address, **filled(meeting, text="Menyusun dan menetapkan SP", version=version))
    assert [each.text for each in rows(make, Commitment)] == ["Menyusun dan menetapkan SP"]
    stale = site.post(address, expect=409, **filled(meeting, text="Lain lagi", version=version))
    assert "Menyusun dan menetapkan SP" in stale.words
    site.post(f"{address}/hapus")
    assert rows(make, Commitment) == []


def test_a_mentor_of_one_unit_acts_for_that_unit_alone(site: Site, make: Make, meeting: Meeting) -> None:
    site.sign_in(make.user(Role.MENTOR, unit=meeting.units[0]))
    page = site.get(f"/sesi/{meeting.session.id}/jalankan")
    assert "Unit 1 dari 1" in page.words
    site.post(f"/sesi/unit/{meeting.lines[1].id}/catatan", expect=404, **typed({"note-0": "x"}))
    site.post(f"/sesi/{meeting.session.id}/komitmen", expect=422, **filled(meeting, units=[meeting.units[1].id]))
    site.post(f"/sesi/{meeting.session.id}/komitmen", **filled(meeting, units=[], all_units="y"))
    assert [each.unit_id for each in rows(make, Commitment)] == [meeting.units[0].id]
    assert "1 unit di luar lingkup Anda" in site.get(f"/sesi/{meeting.session.id}/tutup").words
    site.post(f"/sesi/{meeting.session.id}/tutup", expect=422)


# --- attendance ---------------------------------------------------------------------------------------------


def test_attendance_is_one_tap_and_one_tap_back(site: Site, make: Make, meeting: Meeting) -> None:
    person = make.participant(meeting.session, name="Budi")
    with as_machine(make.session):
        day = meeting.session.days[0].id
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/kehadiran"
    assert "Belum dicatat" in site.get(address).words
    site.post(address, hadir=f"{person.id}:{day}:1")
    assert [each.present for each in rows(make, Attendance)] == [True]
    site.post(address, hadir=f"{person.id}:{day}:0")
    assert [each.present for each in rows(make, Attendance)] == [False]
    for wrong in ("", "x", f"{person.id}:{day}", f"999999:{day}:1"):
        site.post(address, expect=422, hadir=wrong)


def test_whoever_comes_uninvited_is_added_and_present(site: Site, make: Make, meeting: Meeting) -> None:
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/kehadiran/orang"
    page = site.post(address, name="Ibu Tamu", post="Bappeda", unit_id="")
    assert "Ibu Tamu dicatat hadir" in page.words
    assert [each.present for each in rows(make, Attendance)] == [True]
    site.post(address, expect=422, name="", post="Bappeda", unit_id="")


def file_of(text: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), "participants.csv"


def test_a_participants_list_is_shown_before_it_is_taken_down(site: Site, make: Make, meeting: Meeting) -> None:
    budi = make.participant(meeting.session, name="Budi", email="budi@example.go.id")
    siti = make.participant(meeting.session, name="Siti Rahayu")
    with as_machine(make.session):
        day = meeting.session.days[0].id
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/kehadiran/berkas"
    text = (
        "Name (Original Name),User Email,Total Duration (Minutes),Guest\n"
        "HP,budi@example.go.id,100,No\nSITI RAHAYU,,30,Yes\nTamu,,170,Yes\n"
    )
    page = site.post(address, day=str(day), percent="50", file=file_of(text))
    assert "1 orang tidak dikenali" in page.words
    assert rows(make, Attendance) == []
    people = json.dumps([["HP", "budi@example.go.id", 100], ["SITI RAHAYU", "", 30], ["Tamu", "", 170]])
    chosen: dict[str, Any] = {"untuk-0": budi.id, "untuk-1": siti.id, "untuk-2": "baru"}
    site.post(f"{address}/simpan", day=str(day), percent="50", orang=people, **chosen)
    names = {each.id: each.name for each in rows(make, Participant)}
    found = {names[each.participant_id]: (each.present, each.minutes) for each in rows(make, Attendance)}
    assert found == {"Budi": (True, 100), "Siti Rahayu": (False, 30), "Tamu": (True, 170)}


@pytest.mark.parametrize(
    ("text", "said"),
    [("Nama,Jam\nBudi,9\n", "Kolomnya tidak dikenali"), ("", "kosong"), ("First name,Duration\n", "Tidak ada baris")],
)
def test_another_layout_is_refused_with_what_is_expected(
    site: Site, make: Make, meeting: Meeting, text: str, said: str
) -> None:
    with as_machine(make.session):
        day = meeting.session.days[0].id
    site.sign_in(meeting.mentor)
    page = site.post(
        f"/sesi/{meeting.session.id}/kehadiran/berkas", expect=422, day=str(day), percent="50", file=file_of(text)
    )
    assert said in page.words
    site.post(f"/sesi/{meeting.session.id}/kehadiran/berkas/simpan", expect=422, day=str(day), percent="50", orang="x")


# --- the close ----------------------------------------------------------------------------------------------


def test_closing_shows_what_it_makes_then_makes_it_once(site: Site, make: Make, meeting: Meeting) -> None:
    there = make.recommendation(meeting.units[0], text="Perbaiki antrean")
    make.commitment(meeting.session, meeting.units[0], recommendation_id=there.id)
    make.commitment(meeting.session, meeting.units[1], text="Melatih petugas", due_on=date(2026, 3, 2))
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/tutup"
    page = site.get(address)
    assert "2 komitmen menjadi tindak lanjut" in page.words
    assert "1 rekomendasi baru" in page.words
    closed = site.post(address, conclusion="Semua sepakat.", record_number="BA/1/2026")
    assert "2 tindak lanjut dibuat" in closed.words
    assert "Semua sepakat." in closed.words
    again = site.post(address, conclusion="Lagi.", record_number="")
    assert "sudah ditutup" in again.words
    assert len(rows(make, FollowUp, from_commitment=True)) == 2
    assert [each.conclusion for each in rows(make, MentoringSession)] == ["Semua sepakat."]
    site.post(f"/sesi/unit/{meeting.lines[0].id}/catatan", expect=409, **typed({"note-0": "terlambat"}))
    site.post(f"/sesi/{meeting.session.id}/komitmen", expect=409, **filled(meeting))


def test_a_date_that_is_past_is_flagged_before_the_close(site: Site, make: Make, meeting: Meeting) -> None:
    meeting.session.starts_at = TODAY[0] - timedelta(days=30)
    make.save(meeting.session)
    make.commitment(meeting.session, meeting.units[0], due_on=date(2026, 2, 20))
    page = site.sign_in(meeting.mentor).get(f"/sesi/{meeting.session.id}/tutup")
    assert "1 batas waktunya sudah lewat" in page.words


def test_locked_minutes_take_corrections_with_author_and_reason(site: Site, make: Make, meeting: Meeting) -> None:
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/notula"
    assert "Notula terbit setelah sesi ditutup" in site.get(address).words
    site.post(address, expect=409, text="x", reason="y")
    site.post(f"/sesi/{meeting.session.id}/tutup", conclusion="Sepakat.", record_number="")
    site.post(address, expect=422, text="Batasnya 1 Juli.", reason="")
    page = site.post(address, text="Batasnya 1 Juli.", reason="Salah tulis.")
    for words in ("Sepakat.", "Batasnya 1 Juli.", "Salah tulis.", meeting.mentor.name):
        assert words in page.words


# --- many ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["jalankan", "komitmen", "kehadiran", "tutup"])
def test_pages_ask_as_often_for_many_units_as_for_few(site: Site, make: Make, address: str) -> None:
    area, agency = make.area(), make.agency()
    asked = []
    for many in (2, 12):
        units = [make.unit(f"Unit {many} {number}", area=area, agency=agency) for number in range(many)]
        session = make.session_of(*units, host_area_id=area.id, status=SessionStatus.RUNNING, day=TODAY)
        for unit in units:
            make.participant(session, unit_id=unit.id)
            make.commitment(session, unit)
        site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=area))
        site.get(f"/sesi/{session.id}/{address}")
        make.session.expire_all()
        with statements() as sent:
            site.get(f"/sesi/{session.id}/{address}")
        asked.append(len(sent))
    assert asked[1] <= asked[0]


# --- elsewhere ---------------------------------------------------------------------------------------------------


def test_an_officers_home_leads_to_what_is_to_be_prepared(site: Site, make: Make, meeting: Meeting) -> None:
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=meeting.units[0]))
    page = site.get("/")
    assert f"Siapkan {meeting.session.title}" in page.words
    assert f"/sesi/unit/{meeting.lines[0].id}/persiapan" in page.links
    meeting.session.status, meeting.session.cancelled_reason = SessionStatus.CANCELLED, "Banjir"
    make.save(meeting.session)
    assert "Siapkan" not in site.get("/").words


def test_the_page_of_a_unit_tells_of_its_sessions(site: Site, make: Make, meeting: Meeting) -> None:
    site.sign_in(meeting.mentor)
    make.commitment(meeting.session, meeting.units[0], text="Menyusun SP")
    page = site.get(f"/unit/{meeting.units[0].id}")
    assert f"/sesi/unit/{meeting.lines[0].id}" in page.links
    site.post(f"/sesi/{meeting.session.id}/tutup", conclusion="", record_number="")
    page = site.get(f"/unit/{meeting.units[0].id}")
    assert "Komitmen yang masih terbuka1" in page.words
    (made,) = rows(make, FollowUp)
    assert f"Komitmen sesi {meeting.session.id}" in site.get(f"/tindak-lanjut/{made.id}").words


def test_what_citizens_complain_about_stands_on_the_page_of_the_meeting(
    make: Make, site: Site, meeting: Meeting
) -> None:
    for _ in range(3):
        make.complaint(meeting.units[0], title="Pungutan di loket", aspect_code="sarpras", is_confidential=True)
    site.sign_in(meeting.mentor)
    address = f"/sesi/{meeting.session.id}/jalankan?unit="
    page = site.get(f"{address}{meeting.lines[0].id}")
    assert "3 dari 3 pengaduan" in page.words
    assert f"/pengaduan/pola?unit={meeting.units[0].id}" in page.links
    assert "Pungutan" not in page.html
    assert "Pola pengaduan" not in site.get(f"{address}{meeting.lines[1].id}").words  # nobody complains of that one
    with statements() as some:
        site.get(f"{address}{meeting.lines[0].id}")
    for _ in range(5):
        make.complaint(meeting.units[0], aspect_code="inovasi")
    with statements() as more:
        site.get(f"{address}{meeting.lines[0].id}")
    assert len(more) == len(some)
