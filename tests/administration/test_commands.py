"""A new installation gets its reference data and its first administrator from the command line."""

from flask import Flask

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.desk import Desk


def test_the_first_administrator_sets_a_password_by_the_printed_link(
    app: Flask, make: Make, machine: Desk, site: Site
) -> None:
    done = app.test_cli_runner().invoke(args=["administrator", "add", "kepala", "--name", "Ibu Kepala"])
    assert done.exit_code == 0, done.output
    link = done.output.strip()
    assert link.startswith("/tautan/")
    page = site.post(link, password="kata-sandi-yang-panjang", again="kata-sandi-yang-panjang", repeat="")
    assert page.status == 200
    assert site.get("/pengguna").heading == "Pengguna"


def test_a_name_that_is_taken_is_refused_in_one_line(app: Flask, make: Make, machine: Desk) -> None:
    args = ["administrator", "add", "kepala", "--name", "Ibu Kepala"]
    assert app.test_cli_runner().invoke(args=args).exit_code == 0
    again = app.test_cli_runner().invoke(args=args)
    assert again.exit_code == 1
    assert "kepala" in again.output
    assert "Traceback" not in again.output
