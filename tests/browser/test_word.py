"""A Word file that Tuntas makes is opened by another program, which reads the same words."""

import os
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tracker.kit.word import word
from tracker.mentoring.papers import Person, Promise, Said, SessionRecord, UnitRecord, official_record

FOUND = shutil.which("soffice")
OFFICE = FOUND if FOUND and any(Path(FOUND).resolve().parent.glob("libswlo*")) else None
"""With its word processor: the spreadsheet may be installed alone."""
REQUIRED = os.environ.get("TEST_BROWSER") == "required"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not OFFICE and not REQUIRED, reason="LibreOffice Writer (soffice) is not installed"),
]

RECORD = SessionRecord(
    number=1,
    title="Ngulik Wilayah III",
    series="",
    mode="Daring",
    link="https://rapat.contoh.example",
    place="",
    zone=ZoneInfo("Asia/Jakarta"),
    host="Asisten Deputi Wilayah III",
    agenda="",
    days=((datetime(2020, 5, 14, 2, tzinfo=UTC), datetime(2020, 5, 14, 5, tzinfo=UTC)),),
    units=(
        UnitRecord(
            "Disdukcapil Kota Tual",
            "Pemerintah Kota Tual",
            (Said("Inovasi", notes=("Mulai dari satu layanan.",)),),
            (Promise("Inovasi", "Menyusun inovasi layanan", "Kepala Dinas", date(2020, 6, 30)),),
        ),
    ),
    bureaus=("Bagian Organisasi dan Tata Kelola Kota Tual",),
    people=(Person("Maria Rahanra", "Kepala Dinas", "Disdukcapil Kota Tual", present=(True,)),),
)


def test_libreoffice_opens_an_official_record_and_reads_what_it_says(tmp_path: Path) -> None:
    assert OFFICE, "LibreOffice is needed here: .ci/run installs libreoffice-writer-nogui"
    file = tmp_path / "berita acara.docx"
    file.write_bytes(word(official_record(RECORD, "https://tuntas.contoh/periksa/abcd-efgh")))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    wanted_as = ["--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]
    subprocess.run([OFFICE, profile, *wanted_as, str(file)], check=True, capture_output=True, timeout=150)
    said = " ".join((tmp_path / "berita acara.txt").read_text("utf-8-sig").split())
    wanted = (
        "BERITA ACARA", "Kamis tanggal empat belas bulan Mei tahun dua ribu dua puluh", "Disdukcapil Kota Tual",
        "Menyusun inovasi layanan", "30 Juni 2020", "Kepala Bagian Organisasi dan Tata Kelola Kota Tual",
        "Maria Rahanra", "https://tuntas.contoh/periksa/abcd-efgh",
    )  # fmt: skip
    assert [words for words in wanted if words not in said] == []
