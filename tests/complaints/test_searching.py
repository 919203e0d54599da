"""Complaints are found by their words, by those who may read them, and the database holds none of these words."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support.make import Make
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints import searching
from tracker.complaints.models import Complaint, ComplaintWords
from tracker.complaints.search_models import ComplaintMarks
from tracker.complaints.searching import asked_for, index_anew, index_words, matching
from tracker.directory.models import User
from tracker.directory.states import Role

DeskOf = Callable[[User], Desk]


def found(desk: Desk, text: str) -> list[int]:
    return list(desk.session.scalars(sa.select(Complaint.id).where(matching(desk, text)).order_by(Complaint.id)))


def test_before_the_first_complaint_nothing_is_found(machine: Desk) -> None:
    assert found(machine, "kursi") == []


def test_a_complaint_is_found_by_a_word_of_its_title_or_text_in_another_form(make: Make, machine: Desk) -> None:
    unit = make.unit()
    toilet = make.complaint(unit, "Toilet kotor", "Toilet tidak pernah dibersihkan oleh petugas.")
    make.complaint(unit, "Antrean panjang", "Menunggu empat jam.")
    assert found(machine, "kebersihan") == [toilet.id]
    assert found(machine, "TOILET") == [toilet.id]


def test_all_words_must_stand_in_it(make: Make, machine: Desk) -> None:
    unit = make.unit()
    both = make.complaint(unit, "Loket tutup", "Loket tutup sebelum jam istirahat.")
    make.complaint(unit, "Loket penuh", "Terlalu ramai.")
    assert found(machine, "loket istirahat") == [both.id]


@pytest.mark.parametrize(
    "typed", ["", "   ", "yang di dan", "🙏", "\"'*)(: OR", "'; DROP TABLE complaint; --", "NOT AND"]
)
def test_nothing_that_can_be_typed_breaks_the_search(make: Make, machine: Desk, typed: str) -> None:
    make.complaint()
    assert found(machine, typed) == []


def test_a_long_search_is_held_to_its_first_words(make: Make, machine: Desk) -> None:
    words = [f"kata{number}" for number in range(14)]
    complaint = make.complaint(body=" ".join(words[:12]))
    assert len(asked_for(" ".join(words))) == 12
    assert found(machine, " ".join(words)) == [complaint.id]


def test_changed_words_are_found_and_the_old_ones_no_more(make: Make, machine: Desk) -> None:
    complaint = make.complaint(title="Kursi patah", body="Kursi patah.")
    index_words(machine, [(complaint.id, "Pintu rusak", "Pintu rusak.")])
    assert found(machine, "pintu") == [complaint.id]
    assert found(machine, "kursi") == []


def test_the_same_words_again_are_found_once(make: Make, machine: Desk) -> None:
    complaint = make.complaint(title="Kursi patah", body="Kursi patah.")
    index_words(machine, [(complaint.id, "Kursi patah", "Kursi patah.")])
    assert found(machine, "kursi") == [complaint.id]


def test_removed_words_are_found_no_more(make: Make, machine: Desk) -> None:
    complaint = make.complaint(title="Kursi patah", body="Kursi patah.")
    index_words(machine, [(complaint.id, "", "")])
    assert found(machine, "kursi") == []
    assert machine.session.scalar(sa.select(sa.func.count()).select_from(ComplaintMarks)) == 0


def test_a_confidential_complaint_is_found_by_its_handlers_alone(make: Make, desk_of: DeskOf) -> None:
    """A hit would tell what stands in it."""
    unit = make.unit(area=(area := make.area()))
    open_one = make.complaint(unit, "Pungutan di loket")
    secret = make.complaint(unit, "Pungutan oleh kepala dinas", is_confidential=True)
    officer = make.user(Role.COMPLAINT_OFFICER, unit=unit)
    mentor = make.user(Role.MENTOR, area=area)
    assert found(desk_of(officer), "pungutan") == [open_one.id, secret.id]
    assert found(desk_of(mentor), "pungutan") == [open_one.id]


def test_who_it_is_assigned_to_finds_it(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit()
    assigned, other = make.user(Role.UNIT_OFFICER, unit=unit), make.user(Role.UNIT_OFFICER, unit=unit)
    secret = make.complaint(unit, "Pungutan di loket", is_confidential=True, assignee_id=assigned.id)
    assert found(desk_of(assigned), "pungutan") == [secret.id]
    assert found(desk_of(other), "pungutan") == []


def test_nobody_finds_what_lies_elsewhere_and_an_administrator_nothing(make: Make, desk_of: DeskOf) -> None:
    make.complaint(make.unit(), "Pungutan di loket")
    elsewhere = make.user(Role.COMPLAINT_OFFICER, unit=make.unit())
    administrator = make.user(Role.ADMINISTRATOR)
    assert found(desk_of(elsewhere), "pungutan") == []
    assert found(desk_of(administrator), "pungutan") == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scope", ["unit", "agency", "area", ""])
def test_exactly_those_are_found_whose_words_may_be_read(make: Make, desk_of: DeskOf, role: Role, scope: str) -> None:
    """The search asks the complaint itself, the words ask by their scope: one rule, held against the other."""
    agency, area = make.agency(), make.area()
    unit = make.unit(agency=agency, area=area)
    places = {"unit": unit, "agency": agency, "area": area}
    user = make.user(role, **({scope: places[scope]} if scope else {}))
    for where in (unit, make.unit("Lain", agency=agency, area=make.area()), make.unit("Jauh", area=area), make.unit()):
        for secret in (False, True):
            for assignee in (None, user.id):
                make.complaint(where, "Pungutan", is_confidential=secret, assignee_id=assignee)
    desk = desk_of(user)
    readable = sorted(desk.session.scalars(sa.select(ComplaintWords.complaint_id)))
    assert found(desk, "pungutan") == readable


def test_the_index_holds_no_word_and_no_order(make: Make, machine: Desk) -> None:
    one = make.complaint(title="Ibu Mawar dipungut", body="Rp50.000 oleh petugas loket")
    two = make.complaint(title="petugas loket oleh", body="50.000 Rp50 dipungut Mawar Ibu")
    texts = list(machine.session.scalars(sa.select(ComplaintMarks.marks).order_by(ComplaintMarks.complaint_id)))
    assert len(texts) == 2
    assert all(mark.isalpha() and len(mark) == 12 for text in texts for mark in text.split())
    assert "mawar" not in " ".join(texts)
    assert texts == [" ".join(sorted(text.split())) for text in texts]
    assert found(machine, "mawar") == [one.id, two.id]


def test_lost_marks_are_made_anew(make: Make, machine: Desk) -> None:
    complaint = make.complaint(title="Kursi patah", body="Kursi patah.")
    machine.session.execute(sa.delete(ComplaintMarks))
    assert found(machine, "kursi") == []
    assert index_anew(machine) == 1
    assert found(machine, "kursi") == [complaint.id]


def test_the_command_goes_through_all_of_them_and_may_be_killed_and_run_again(
    make: Make, machine: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints = [make.complaint(make.unit(), title=f"Kursi patah {at}") for at in range(5)]
    make.complaint(title="Pintu rusak", body="Engselnya lepas.")
    with as_machine(machine.session):
        machine.session.execute(sa.delete(ComplaintMarks))
        machine.session.commit()
    monkeypatch.setattr(searching, "BATCH", 2)
    portions = iter([index_words, killed])
    monkeypatch.setattr(searching, "index_words", lambda desk, rows: next(portions)(desk, rows))
    command = ["complaints", "index-anew"]
    assert isinstance(app.test_cli_runner().invoke(args=command).exception, KeyboardInterrupt | SystemExit)
    machine.session.rollback()
    assert found(replace(machine), "kursi") == [each.id for each in complaints[:2]]
    monkeypatch.setattr(searching, "index_words", index_words)
    done = app.test_cli_runner().invoke(args=command)
    assert (done.exit_code, done.stdout) == (0, "Indeks pencarian: 6 pengaduan.\n")
    assert found(replace(machine), "kursi") == [each.id for each in complaints]


def killed(_desk: Desk, _rows: object) -> None:
    raise KeyboardInterrupt
