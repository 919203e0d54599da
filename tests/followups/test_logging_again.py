"""Going back and saving the same action again keeps one action, and says so; what is new about it is kept too."""

from datetime import timedelta

import pytest

from tests.followups.conftest import Cast, entry, photo
from tests.followups.test_views import all_of, picture, typed
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.site import Site
from tracker.directory.states import Role
from tracker.followups.evidence import Link
from tracker.followups.models import CorrectiveAction, Evidence
from tracker.followups.operations import ONE_AND_THE_SAME, Entry, log_action
from tracker.followups.verifying import return_follow_up


@pytest.fixture
def officer(cast: Cast, site: Site) -> Site:
    return site.sign_in(cast.people["officer"])


def test_a_page_opened_anew_and_saved_again_is_answered_by_the_first_action(cast: Cast, officer: Site) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    officer.post(address, **typed(form_key="pertama"))
    page = officer.post(address, **typed(form_key="kedua"))
    assert len(all_of(CorrectiveAction)) == 1
    assert "sudah tercatat" in page.words
    assert "Tindakan tercatat." not in page.words


def test_a_photo_added_on_the_way_back_goes_to_the_first_action(cast: Cast, officer: Site) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    officer.post(address, **typed(files=(picture(), "satu.jpg")))
    page = officer.post(address, **typed(files=[(picture(), "satu.jpg"), (picture("blue"), "dua.jpg")]))
    (action,) = all_of(CorrectiveAction)
    assert [(piece.name, piece.action_id) for piece in all_of(Evidence)] == [
        ("satu.jpg", action.id),
        ("dua.jpg", action.id),
    ]
    assert "bukti yang baru ditambahkan" in page.words
    assert "sama dengan berkas" not in page.words, "the form's own file is no surprise"


def test_a_script_is_led_to_the_first_action_to_send_its_files_there(cast: Cast, officer: Site) -> None:
    answers = [
        officer.fetch(
            f"/tindak-lanjut/{cast.follow_up.id}/tindakan",
            method="POST",
            data=typed(form_key=key),
            headers={"Accept": "application/json"},
        )
        for key in ("pertama", "kedua")
    ]
    (action,) = all_of(CorrectiveAction)
    assert [answer.json for answer in answers] == [{"location": f"/tindakan/{action.id}/bukti"}] * 2


def test_links_that_stand_there_already_are_not_repeated(cast: Cast) -> None:
    desk = cast.desk("officer")
    linked = Entry(desk.today, "Selesai.", 60, links=(Link("https://contoh.go.id/sk"),))
    first = log_action(desk, cast.follow_up, linked)
    desk.session.commit()
    again = log_action(cast.desk("officer"), cast.follow_up, linked)
    desk.session.commit()
    assert again.action is first.action
    assert again.before
    assert again.added == 0
    assert len(all_of(Evidence)) == 1


@pytest.mark.parametrize("other", ["text", "percent", "day", "obstacle", "person", "later", "returned"])
def test_what_differs_is_another_action(cast: Cast, clock: StoppedClock, make: Make, other: str) -> None:
    desk = cast.desk("officer")
    same = entry(desk, 60)
    changed = {
        "text": Entry(same.done_on, same.text + " Juga di ruang B.", 60),
        "percent": Entry(same.done_on, same.text, 61),
        "day": Entry(same.done_on - timedelta(days=1), same.text, 60),
        "obstacle": Entry(same.done_on, same.text, 60, "Hujan."),
    }
    log_action(desk, cast.follow_up, same)
    desk.session.commit()
    if other == "returned":
        clock.advance(minutes=10)
        cast.submit()
        return_follow_up(cast.desk("mentor"), cast.follow_up, "Ulangi.", 0)
    if other == "later":
        clock.set(clock.now() + ONE_AND_THE_SAME + timedelta(seconds=1))
    if other == "person":
        cast.people["officer"] = make.user(Role.UNIT_OFFICER, unit=cast.follow_up.unit)
    again = log_action(cast.desk("officer"), cast.follow_up, changed.get(other, same))
    assert not again.before


def test_a_step_further_back_is_the_same_too(cast: Cast) -> None:
    desk = cast.desk("officer")
    first = log_action(desk, cast.follow_up, entry(desk, 20))
    log_action(desk, cast.follow_up, Entry(desk.today, "Selesai.", 60))
    desk.session.commit()
    again = log_action(cast.desk("officer"), cast.follow_up, entry(desk, 20))
    assert again.action is first.action
    assert cast.follow_up.logged_percent == 60


def test_lines_that_end_as_another_browser_ends_them_are_the_same(cast: Cast) -> None:
    desk = cast.desk("officer")
    log_action(desk, cast.follow_up, Entry(desk.today, "Satu.\r\nDua.", 60, files=(photo(),)))
    desk.session.commit()
    assert log_action(cast.desk("officer"), cast.follow_up, Entry(desk.today, " Satu.\nDua. ", 60)).before
