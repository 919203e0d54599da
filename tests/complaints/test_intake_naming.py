"""Columns named on the command line: in the words of the page, remembered for the next file of the source."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.complaints.conftest import Office
from tests.complaints.test_intake_file import line
from tracker.complaints.import_models import ColumnMapping, ComplaintImport, ComplaintImportStatus
from tracker.complaints.intake_columns import Heading
from tracker.complaints.intake_naming import named, with_named
from tracker.complaints.intake_store import intake_files
from tracker.complaints.models import ComplaintWords
from tracker.kit.content import Unusable

Run = Callable[..., Any]
HEADINGS = ["Nomor", "Pokok Aduan", "Uraian Panjang", "Klasifikasi", "Tipe", "Nama Pelapor", "Masuk", "Instansi Induk",
            "Instansi Terdisposisi", "Keadaan"]  # fmt: skip
NAMES = ("Nomor=Tracking ID atau nomor laporan", "Pokok Aduan=title", "masuk=Tanggal laporan masuk",
         "10=Status laporan")  # fmt: skip
SAID = [word for name in NAMES for word in ("--column", name)]


@pytest.fixture
def file(office: Office, tmp_path: Path) -> Path:
    text = io.StringIO()
    row = line(Instansi_Induk=office.root.name, Instansi_Terdisposisi=office.unit.name)
    csv.writer(text, delimiter=";").writerows([HEADINGS, row])
    path = tmp_path / "dinas.csv"
    path.write_text(text.getvalue())
    return path


@pytest.fixture
def run(app: Flask, office: Office) -> Run:
    def run(file: Path, *words: str) -> Any:
        return app.test_cli_runner().invoke(args=["import", "complaints", str(file), *words])

    return run


def test_columns_are_named_once_and_known_from_then_on(run: Run, office: Office, file: Path) -> None:
    unknown = run(file)
    assert unknown.exit_code == 2
    assert "Tracking ID atau nomor laporan" in unknown.output
    tried = run(file, *SAID, "--dry-run")
    assert "1 baru" in tried.output
    assert office.make.only(ColumnMapping) is None
    assert run(file).exit_code == 2  # trying remembers nothing
    assert "1 baru" in run(file, *SAID).output
    words = office.make.only(ComplaintWords)
    assert words is not None
    assert (words.title, words.body) == ("Antrean lama", "")
    for again in ((), ("--dry-run",)):
        assert "0 baru, 0 berubah, 1 tetap" in run(file, *again).output
    assert run(file, "--source", "ombudsman").exit_code == 2  # of the other source nothing is known
    assert list(intake_files().folder.iterdir()) == []


def test_a_column_named_later_replaces_what_was_remembered(run: Run, office: Office, file: Path) -> None:
    run(file, *SAID)
    assert "1 berubah" in run(file, "--column", "Uraian Panjang=Isi laporan").output
    words = office.make.only(ComplaintWords)
    assert words is not None
    assert (words.title, words.body) == ("Antrean lama", "Lama sekali.")
    mapping = office.make.only(ColumnMapping)
    assert mapping is not None
    assert mapping.columns["body"] == 2


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Perihal", "judul kolom di berkas=arti"),
        ("Nomor=Nomor antrean", "arti “Nomor antrean” tidak dikenal"),
        ("Surat=Judul laporan", "kolom “Surat” tidak ada"),
        ("11=Judul laporan", "kolom “11” tidak ada"),
        ("0=Judul laporan", "kolom “0” tidak ada"),
        ("=Instansi induk", "Tracking ID"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_what_cannot_be_meant_ends_with_two_and_leaves_nothing(
    run: Run, office: Office, file: Path, said: str, told: str, more: tuple[str, ...]
) -> None:
    result = run(file, "--column", said, *more)
    assert result.exit_code == 2
    assert told in result.output
    assert "Sinta" not in result.output
    assert office.make.only(ColumnMapping) is None
    assert list(intake_files().folder.iterdir()) == []
    left = office.make.only(ComplaintImport)
    assert left is None or left.status is ComplaintImportStatus.FAILED


def test_what_is_named_keeps_no_other_meaning_and_can_be_taken_away() -> None:
    heading = Heading(1, ("ID", "Perihal", "Perihal", "a = b"))
    known = {"tracking_id": 0, "title": 1, "topic": 3}
    assert with_named(known, named(["2=Kategori", "a = b=Isi laporan"]), heading) == {
        "tracking_id": 0, "topic": 1, "body": 3,
    }  # fmt: skip
    assert with_named(known, named(["=Kategori"]), heading) == {"tracking_id": 0, "title": 1}
    with pytest.raises(Unusable, match="Sebut nomornya: 2, 3"):
        with_named(known, named(["perihal=Kategori"]), heading)
    with pytest.raises(Unusable, match="dua kali"):
        named(["2=Kategori", "3=topic"])
