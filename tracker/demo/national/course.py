"""When things happened to one follow-up. Pure."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Course:
    """The moments of one follow-up; those of what did not come about are not used."""

    assigned: datetime
    due_on: date
    actions: tuple[datetime, ...]
    submitted: datetime
    decided: datetime
