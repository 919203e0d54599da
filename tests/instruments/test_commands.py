"""Cycles and reference data by command: what is said, and how it ends."""

from flask import Flask

from tests.support.make import Make
from tracker.instruments.models import Cycle


def test_a_cycle_is_added_once_by_command(app: Flask, make: Make) -> None:
    code, run = make.instrument().code, app.test_cli_runner().invoke
    words = ["cycle", "add", "panrb-2019", "--instrument", code, "--year", "2019", "--letter-date", "2020-01-23"]
    assert run(args=words).exit_code == 0
    again = run(args=words)
    assert (again.exit_code, again.stderr) == (1, "Siklus panrb-2019 sudah ada.\n")
    assert run(args=["cycle", "add", "x", "--instrument", "entah", "--year", "2019"]).exit_code == 1
    cycle = make.only(Cycle)
    assert cycle is not None
    assert str(cycle.letter_on) == "2020-01-23"


def test_reference_data_is_loaded_once(app: Flask, make: Make) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["reference", "load"]).output == "reference data: 552 regions, 5 instruments added\n"
    assert run(args=["reference", "load"]).output == "reference data: 0 regions, 0 instruments added\n"
