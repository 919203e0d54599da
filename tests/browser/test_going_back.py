"""Going back in the browser after saving, and saving again: one action, whatever the browser kept of the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import photos
from tests.browser.conftest import Workplace
from tests.browser.test_weak_line import EVERY_ACTION, TYPED, attached, fill, save
from tests.browser.visitor import Visitor, visiting
from tests.support.people import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def officer(request: pytest.FixtureRequest, workplace: Workplace, chromium: Browser) -> Iterator[Visitor]:
    name = f"petugas-kembali-{request.param}"
    with visiting(chromium, workplace.site.address, name, scripts=request.param) as visitor:
        yield visitor.sign_in("petugas", PASSWORD)


def test_the_same_action_saved_again_from_an_older_page_is_not_logged_twice(
    workplace: Workplace, officer: Visitor, tmp_path: Path
) -> None:
    id = workplace.assign("Kembali lalu simpan lagi")
    photo, more = photos.with_location(tmp_path / "a.jpg", 300), photos.with_location(tmp_path / "b.jpg", 310)
    fill(officer, id, [photo])
    save(officer, id)
    officer.page.go_back(wait_until="load")
    assert officer.path == f"/tindak-lanjut/{id}/tindakan"
    officer.page.get_by_label("Apa yang sudah dikerjakan").fill(TYPED)
    officer.page.get_by_label("Capaian menurut unit (%)").fill("60")
    officer.page.get_by_label("Foto atau berkas bukti").set_input_files([photo, more])
    save(officer, id)
    assert "sudah tercatat, jadi tidak dicatat dua kali" in officer.text
    assert officer.page.locator(EVERY_ACTION).count() == 1
    assert [attached(officer, name) for name in ("a.jpg", "b.jpg")] == [1, 1]
