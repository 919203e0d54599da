"""Reports from the command line: the file that the ending asks for, or one clear line."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import icalendar
import pypdf
import pytest
from flask import Flask

from tests.support.make import NOON, Make
from tracker.directory.states import Role
from tracker.mentoring.models import Commitment, MentoringSession, Participant, SessionDay
from tracker.mentoring.states import Part, SessionStatus

FIRST = datetime(2020, 5, 14, 2, tzinfo=UTC), datetime(2020, 5, 14, 8, tzinfo=UTC)
SECOND = datetime(2020, 5, 15, 2, tzinfo=UTC), datetime(2020, 5, 15, 5, tzinfo=UTC)


@pytest.fixture
def held(make: Make) -> MentoringSession:
    units = [make.unit(f"Disdukcapil {name}", agency=make.agency(name)) for name in ("Kota Tual", "Kab. Merauke")]
    session = make.session_of(*units, day=FIRST, zone="Asia/Jayapura", title="Ngulik Wilayah III")
    make.save(SessionDay(session_id=session.id, starts_at=SECOND[0], ends_at=SECOND[1]))
    make.save(Participant(session_id=session.id, name="Bagian Organisasi Tual", part=Part.COORDINATOR))
    aspect = make.the_cycle().instrument.aspects[0]
    make.save(
        Commitment(
            session_id=session.id,
            unit_id=units[0].id,
            aspect_id=aspect.id,
            text="Menyusun standar pelayanan",
            due_on=date(2020, 6, 30),
            entered_at=NOON,
        )
    )
    make.session.expire(session)
    return session


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["report", *arguments])


def squeezed(text: str) -> str:
    return "".join(text.split())


SAID = (
    "Disdukcapil Kota Tual", "Disdukcapil Kab. Merauke", "Kamis tanggal empat belas bulan Mei tahun dua ribu dua puluh",
    "Jumat tanggal lima belas bulan Mei tahun dua ribu dua puluh", "Menyusun standar pelayanan", "30 Juni 2020",
    "11.00–17.00 WIT",
)  # fmt: skip


def test_the_official_record_names_every_unit_and_the_dates_in_words(
    app: Flask, held: MentoringSession, tmp_path: Path
) -> None:
    assert run(app, "session", str(held.id), "--out", str(tmp_path / "ba.pdf")).exit_code == 0
    file = pypdf.PdfReader(BytesIO((tmp_path / "ba.pdf").read_bytes()))
    text = squeezed("".join(page.extract_text() for page in file.pages))
    assert [word for word in SAID if squeezed(word) not in text] == []


def test_the_word_file_says_the_same(app: Flask, held: MentoringSession, tmp_path: Path) -> None:
    assert run(app, "session", str(held.id), "--out", str(tmp_path / "ba.DOCX")).exit_code == 0
    file = docx.Document(str(tmp_path / "ba.DOCX"))
    said = [each.text for each in file.paragraphs]
    said += [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert [word for word in SAID if squeezed(word) not in squeezed("".join(said))] == []


def test_the_calendar_has_one_event_a_day_with_its_zone(app: Flask, held: MentoringSession, tmp_path: Path) -> None:
    assert run(app, "session", str(held.id), "--out", str(tmp_path / "s.ics")).exit_code == 0
    read = icalendar.Calendar.from_ical((tmp_path / "s.ics").read_bytes())
    events: list[Any] = read.walk("VEVENT")
    assert [(event.start, event.end) for event in events] == [FIRST, SECOND]
    assert {str(event["dtstart"].params["TZID"]) for event in events} == {"Asia/Jayapura"}
    assert [str(zone["TZID"]) for zone in read.walk("VTIMEZONE")] == ["Asia/Jayapura"]
    assert len({str(event["uid"]) for event in events}) == 2
    assert events[0].start.astimezone(ZoneInfo("Asia/Jayapura")).hour == 11


@pytest.mark.parametrize("arguments", [("session", "987654"), ("session", "satu"), ("session", "1")])
def test_what_is_not_there_is_said_in_one_line(app: Flask, tmp_path: Path, make: Make, arguments: Any) -> None:
    found = run(app, *arguments, "--out", str(tmp_path / "x.pdf"))
    assert found.exit_code == 2
    assert found.stdout == ""
    assert len(found.stderr.splitlines()) == 1


def test_an_unknown_ending_is_said_in_one_line(app: Flask, held: MentoringSession, tmp_path: Path) -> None:
    found = run(app, "session", str(held.id), "--out", str(tmp_path / "x.odt"))
    assert found.exit_code == 2
    assert ".pdf" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_made_at_the_desk_that_is_named(
    app: Flask, held: MentoringSession, make: Make, tmp_path: Path
) -> None:
    stranger = make.user(Role.ASSISTANT_DEPUTY, area=make.area())
    found = run(app, "session", str(held.id), "--out", str(tmp_path / "x.pdf"), "--as", stranger.username)
    assert found.exit_code == 2
    administrator = make.user(Role.ADMINISTRATOR)
    assert run(app, "session", str(held.id), "--out", "x.pdf", "--as", administrator.username).exit_code == 2
    assert held.status is SessionStatus.SCHEDULED
