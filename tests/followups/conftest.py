"""The people around one follow-up: its officer, its coordinator, a mentor and another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.support.make import Make
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.followups.evidence import Attachment
from tracker.followups.models import FollowUp
from tracker.followups.operations import Entry, log_action, submit_follow_up
from tracker.kit.db import db
from tracker.kit.files import Kept

DeskOf = Callable[..., Desk]


def photo(sign: str = "a", name: str = "foto.jpg") -> Attachment:
    """A photo as the store hands it over; its digests are made of one sign."""
    return Attachment(Kept(sign * 64, (sign + "0") * 32, 2000, 1000, "image/jpeg", name, None))


def entry(desk: Desk, percent: int = 60, *files: Attachment, day: date | None = None) -> Entry:
    return Entry(day or desk.today, "Nomor antrean dipasang.", percent, files=files)


@dataclass
class Cast:
    """Everybody at one follow-up; each property is a desk as of now."""

    follow_up: FollowUp
    people: dict[str, User]
    desk_of: DeskOf

    def desk(self, who: str) -> Desk:
        person = self.people[who]
        with as_machine(db.session()):  # who is signed in is known before anybody's scope applies
            assert person.memberships
        return self.desk_of(person)

    def submit(self, *files: Attachment) -> None:
        officer = self.desk("officer")
        log_action(officer, self.follow_up, entry(officer, 80, *(files or (photo(),))))
        submit_follow_up(officer, self.follow_up)
        officer.session.commit()


@pytest.fixture
def cast(make: Make, desk_of: DeskOf) -> Cast:
    """A follow-up of a unit in Tual (WIT), due at the end of 31 March 2026, and its people."""
    region = make.region()
    area = make.area()
    unit = make.unit(area=area, region_id=region.id)
    follow_up = make.follow_up(unit)
    people = {
        "officer": make.user(Role.UNIT_OFFICER, unit=unit),
        "coordinator": make.user(Role.COORDINATOR, agency=unit.agency),
        "mentor": make.user(Role.MENTOR, area=area),
        "deputy": make.user(Role.ASSISTANT_DEPUTY, area=area),
        "leadership": make.user(Role.LEADERSHIP),
    }
    return Cast(follow_up, people, desk_of)


@pytest.fixture
def store_folder(tmp_path: Path) -> Path:
    return tmp_path / "files"
