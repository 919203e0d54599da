"""How long an import of complaints takes: an export of made-up words, read and written as by the command line.

TRACKER_DATA=/tmp/measured python -m tools.bench.importing [--rows 50000]     # a data set of `demo generate`

It writes into the data, so give it a copy. Reported are time and processor time, the longest that a transaction which
writes was open, and the memory of the process. The words are seeded: forms of the stemmer's own roots, some far more
frequent than others, most of which are met here for the first time.
"""

import argparse
import csv
import os
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from config import Config
from tools.bench.nightly import longest_transaction
from tracker.access.actor import SYSTEM
from tracker.access.scope import as_machine
from tracker.demo.national.complaint_words import drawn_matter, told
from tracker.directory.models import Agency, ServiceUnit
from tracker.kit.db import db, reading
from tracker.wiring import create_app

LIMIT, LONGEST_WRITE = 60.0, 5.0
HEADINGS = (
    "Tracking ID", "Judul Laporan", "Isi Laporan Awal", "Klasifikasi", "Kategori", "Tipe", "Nama Pelapor", "Lokasi",
    "Tanggal Laporan Masuk", "Tanggal Disposisi", "Instansi Induk", "Instansi Terdisposisi", "Status Laporan",
    "Tindak Lanjut Terakhir", "Tanggal TL", "Sumber Laporan",
)  # fmt: skip
STATES = ("Belum Terverifikasi", "Belum Ditindaklanjuti", "Dalam Proses", "Selesai", "Selesai", "Selesai")
CLASSES = ("Pengaduan tidak berkadar pengawasan",) * 6 + ("Pengaduan berkadar pengawasan", "Permintaan informasi")
FORMS = ("{}", "{}", "{}", "me{}", "di{}", "pe{}an", "{}nya", "ke{}an", "ber{}", "di{}kan", "ter{}")
DIFFERENT = 15_000


def main() -> int:
    """0 when the import met its limits."""
    asked = argparse.ArgumentParser(prog="python -m tools.bench.importing")
    asked.add_argument("--rows", type=int, default=50_000)
    rows = asked.parse_args().rows
    app = create_app(Config.from_env(os.environ))
    with tempfile.TemporaryDirectory() as folder, app.app_context():
        db.session().info["actor"] = SYSTEM
        export = Path(folder) / "ekspor.csv"
        write_export(export, units(), rows)
        with longest_transaction(lambda: not reading.get()) as held:  # those that may write
            clock, processor = time.perf_counter(), time.process_time()
            answer = app.test_cli_runner().invoke(args=["import", "complaints", str(export)])
            clock, processor = time.perf_counter() - clock, time.process_time() - processor
        engine = db.engine.dialect.name
    if answer.exit_code:
        print(answer.output[-2000:], file=sys.stderr)
        return 2
    print(f"engine           {engine}, {rows:,} rows, load {os.getloadavg()[0]:.1f}")
    print(f"import           {clock:6.1f} s, {processor:.1f} s of processor")
    print(f"longest write    {max(held):6.1f} s")
    print(f"memory           {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB")
    return 0 if clock <= LIMIT and max(held) <= LONGEST_WRITE else 1


def units() -> list[tuple[str, str]]:
    """(unit, agency) by their names, of agencies that no other is called like."""
    session = db.session()
    with as_machine(session):
        alone = sa.select(Agency.name).group_by(Agency.name).having(sa.func.count() == 1)
        found = session.execute(
            sa.select(ServiceUnit.name, Agency.name)
            .join(Agency, Agency.id == ServiceUnit.agency_id)
            .where(Agency.name.in_(alone))
            .order_by(ServiceUnit.id)
        ).all()
    session.rollback()
    return [(unit, agency) for unit, agency in found]


def write_export(path: Path, places: list[tuple[str, str]], rows: int) -> None:
    chance = Random(7)
    roots = sorted(word for word in StemmerFactory().get_words() if word.isalpha())
    forms = [chance.choice(FORMS).format(root) for root in chance.sample(roots, DIFFERENT)]
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        sheet = csv.writer(out, delimiter=";")
        sheet.writerow(HEADINGS)
        sheet.writerows(row(chance, chance.choice(places), forms, 8_000_000 + n) for n in range(rows))


def row(chance: Random, place: tuple[str, str], forms: list[str], number: int) -> list[object]:
    (unit, agency), matter = place, drawn_matter(chance)
    title, body = told(chance, matter, unit, agency)
    others = (forms[int(len(forms) * chance.random() ** 4)] for _ in range(chance.randrange(15, 70)))
    came, status = date(2024, 1, 1) + timedelta(days=chance.randrange(700)), chance.choice(STATES)
    after, answered = came + timedelta(days=1), status in ("Selesai", "Dalam Proses")
    return [
        number, title, f"{body} {' '.join(others)}.", chance.choice(CLASSES), matter.topic,
        chance.choice(("", "", "", "Anonim", "Rahasia")), f"Warga Contoh {number}", agency, f"{came:%d/%m/%Y} 09:30",
        "" if status == STATES[0] else f"{after:%d/%m/%Y}", agency, unit, status,
        matter.answer if answered else "", f"{after:%d/%m/%Y}" if answered else "", "Android",
    ]  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
