"""An administrator's home: what the calendar still lacks, and which changes of it wait for a confirmation."""

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.calendar_changing import changes_in_hand, incomplete_years
from tracker.dashboards.sections import Section


def administrator(desk: Desk) -> Section | None:
    if not desk.holds(Act.EDIT_CALENDAR):
        return None
    shown = {"years": incomplete_years(desk), "changes": desk.all(changes_in_hand())}
    return Section("dashboards/home_administrator.html", shown)
