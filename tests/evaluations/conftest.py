"""The ground an import stands on: real regions and instruments, a cycle, workbooks made in a test."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from tests.support.make import Make
from tracker.access.desk import Desk
from tracker.administration.reference import load_regions
from tracker.directory.models import SupervisionArea
from tracker.instruments.models import Cycle, Instrument
from tracker.instruments.reference import load_instruments

SAMPLE = Path(__file__).parent / "fixtures" / "hasil-evaluasi-wilayah-iii-2019.xlsx"
ASPECTS = (
    "Kebijakan Pelayanan", "Profesionalisme SDM", "Sarana Prasarana", "Sistem Informasi Pelayanan Publik",
    "Konsultasi dan Pengaduan", "Inovasi",
)  # fmt: skip
HEAD = ("Kode Wilayah", "Instansi", "Unit Pelayanan", *ASPECTS, "Indeks")
SAID = ("Kode Wilayah", "Instansi", "Unit Pelayanan", "Aspek", "Rekomendasi", "Prioritas", "Batas Waktu")
TUAL = ("81.72", "Pemerintah Kota Tual", "Dinas Kependudukan dan Pencatatan Sipil")
LOW = (1.55, 2.24, 1.81, 1.41, 1.32, 2.15)  # 1.70: prioritas pembinaan

Rows = Sequence[Sequence[Any]]


def workbook(**sheets: Rows) -> bytes:
    """An xlsx with these sheets, each from its first row."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return out.getvalue()


def results(*rows: Sequence[Any]) -> Rows:
    return [("HASIL EVALUASI",), (), HEAD, *rows]


def recommended(*rows: Sequence[Any]) -> Rows:
    return [SAID, *rows]


@pytest.fixture
def ground(machine: Desk) -> Desk:
    """552 regions and five instruments."""
    load_regions(machine)
    load_instruments(machine)
    machine.session.commit()
    return machine


@pytest.fixture
def cycle(ground: Desk, make: Make) -> Cycle:
    """panrb-2019, as `cycle add` makes it: without dates."""
    instrument = ground.session.scalars(sa.select(Instrument).filter_by(code="panrb-2017")).one()
    return make.cycle(code="panrb-2019", year=2019, instrument=instrument, letter_on=None, opening_on=None)


@pytest.fixture
def area_iii(ground: Desk) -> SupervisionArea:
    return ground.session.scalars(sa.select(SupervisionArea).filter_by(code="III")).one()


@pytest.fixture
def run(app: Flask, cycle: Cycle, tmp_path: Path) -> Callable[..., Any]:
    """`run(file, "--json")`: the command on a file, or on bytes that become one."""

    def invoke(file: Path | bytes, *options: str, code: str = cycle.code, name: str = "hasil.xlsx") -> Any:
        if isinstance(file, bytes):
            (tmp_path / name).write_bytes(file)
            file = tmp_path / name
        arguments = ["import", "evaluations", str(file), "--cycle", code, *options]
        return app.test_cli_runner().invoke(args=arguments)

    return invoke
