"""A filter is named on a phone, shared, opened by a colleague, begun with, and put away again."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Workplace
from tests.browser.visitor import Visitor, visiting
from tests.support.people import PASSWORD

pytestmark = pytest.mark.browser


def keep(visitor: Visitor, name: str, status: int = 200) -> None:
    """Unfold the form below the filter, and send it."""
    visitor.page.get_by_text("Simpan tampilan ini", exact=True).click()
    visitor.look()
    visitor.page.get_by_label("Nama tampilan").fill(name)
    visitor.press("Simpan", status)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_view_from_its_name_to_its_end(workplace: Workplace, chromium: Browser, scripts: bool) -> None:
    workplace.assign("Papan petunjuk layanan")
    name = f"Belum selesai {scripts}"
    with visiting(chromium, workplace.site.address, f"tampilan-{scripts}", scripts=scripts) as mentor:
        mentor.sign_in("pemeriksa", PASSWORD)
        mentor.open("/tindak-lanjut?keadaan=assigned&halaman=1")
        keep(mentor, name)
        assert mentor.page.url.rpartition("?")[2].startswith("keadaan=assigned&tampilan=")
        assert f"Tampilan: {name}" in mentor.text
        assert "Papan petunjuk layanan" in mentor.text

        mentor.open("/tindak-lanjut?keadaan=accepted")
        keep(mentor, name, 422)
        assert "sudah mempunyai tampilan lain" in mentor.text
        mentor.press("Batal")
        assert mentor.page.url.endswith("/tindak-lanjut?keadaan=accepted")

        mentor.open("/tampilan")
        mentor.press("Jadikan beranda")
        mentor.press(f"Kelola {name}")
        mentor.press("Bagikan")
        assert "Tampilan dibagikan" in mentor.text
        mentor.open("/")
        assert mentor.heading == "Tindak lanjut"
        mentor.press("Beranda biasa")
        assert mentor.heading == "Beranda"
        mentor.press("Ke beranda pilihan saya")

        with visiting(chromium, workplace.site.address, f"rekan-{scripts}", scripts=scripts) as officer:
            officer.sign_in("petugas", PASSWORD)
            officer.open("/tampilan")
            assert "Andi Malik" in officer.text
            officer.press(name)
            assert f"Tampilan: {name} · dibagikan oleh Andi Malik" in officer.text

        mentor.open("/tampilan")
        mentor.press(f"Kelola {name}")
        mentor.page.get_by_text("Hapus tampilan", exact=True).click()
        mentor.look()
        mentor.press("Ya, hapus tampilan")
        assert "Belum ada tampilan" in mentor.text
        mentor.open("/")
        assert f"“{name}” tidak tersedia lagi" in mentor.text
        mentor.press("Tetap di beranda biasa")
