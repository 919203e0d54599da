"""A session as calendars read it (RFC 5545): one event per day, with its zone, stable for ever. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Tuntas//Sesi Ngulik//ID"


class Method(StrEnum):
    """What a calendar is asked to do with it; a feed and a download only publish."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One session. `uid` never changes and `sequence` is raised with every change; `zone` is where it was planned.

    `days` are (key, start, end): the key names the day for ever, so that a moved day is moved and not doubled.
    """

    uid: str
    sequence: int
    title: str
    zone: ZoneInfo
    days: Sequence[tuple[str, datetime, datetime]]
    changed_at: datetime
    description: str = ""
    place: str = ""
    address: str = ""
    organiser: str = ""
    organiser_email: str = ""
    is_cancelled: bool = False


def calendar(occasions: Sequence[Occasion], method: Method, attendee: str = "", attendee_name: str = "") -> bytes:
    """The file or attachment, with the VTIMEZONE of each zone it names."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", method.value)
    for occasion in occasions:
        for key, start, end in occasion.days:
            made.add_component(event(occasion, method, key, start, end, attendee, attendee_name))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def event(
    occasion: Occasion, method: Method, key: str, start: datetime, end: datetime, attendee: str, attendee_name: str
) -> Event:
    made = Event()
    made.add("uid", f"{key}-{occasion.uid}")
    made.add("sequence", occasion.sequence)
    made.add("dtstamp", occasion.changed_at.astimezone(UTC))
    made.add("last-modified", occasion.changed_at.astimezone(UTC))
    made.add("summary", occasion.title)
    made.add("dtstart", start.astimezone(occasion.zone))
    made.add("dtend", end.astimezone(occasion.zone))
    is_off = method is Method.CANCEL or occasion.is_cancelled
    made.add("status", "CANCELLED" if is_off else "CONFIRMED")
    for name, value in (("description", occasion.description), ("location", occasion.place), ("url", occasion.address)):
        if value:
            made.add(name, value)
    if occasion.organiser_email:
        organiser = vCalAddress(f"mailto:{occasion.organiser_email}")
        organiser.params["CN"] = vText(occasion.organiser or occasion.organiser_email)
        made["organizer"] = organiser
    if attendee:
        made.add("attendee", addressee(attendee, attendee_name), encode=False)
    return made


def addressee(email: str, name: str) -> vCalAddress:
    invited = vCalAddress(f"mailto:{email}")
    invited.params["CN"] = vText(name or email)
    invited.params["ROLE"] = vText("REQ-PARTICIPANT")
    invited.params["PARTSTAT"] = vText("NEEDS-ACTION")
    invited.params["RSVP"] = vText("FALSE")  # the answer is given in Tuntas, where it is kept
    return invited
