"""Where a key is missing the page says so: neither an empty complaint nor a fault that nobody understands."""

import pytest
from cryptography.fernet import Fernet

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.kit.vault import Vault, vault


def test_a_complaint_sealed_under_a_missing_key_is_told_as_such(
    make: Make, site: Site, machine: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = make.complaint(title="Kursi XQZW")
    officer = make.user(Role.COMPLAINT_OFFICER, unit=complaint.unit)
    lost = vault().newest
    address, key = f"/pengaduan/{complaint.id}", Fernet.generate_key().decode()
    machine.session.expunge_all()
    site.sign_in(officer)
    monkeypatch.setitem(site.app.extensions, "vault", Vault((key,)))
    page = site.get(address, expect=503)
    assert page.heading == "Kunci belum tersedia"
    assert "Tidak ada yang hilang" in page.words
    assert any(getattr(record, "key_id", "") == lost for record in caplog.records)
    monkeypatch.undo()
    assert "XQZW" in site.get(address).words
