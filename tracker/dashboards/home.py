"""Everybody's first page: what should I do now? Each role adds its sections, most urgent first."""

from collections.abc import Callable

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards.administrator import administrator
from tracker.dashboards.complaints import handled, liaison
from tracker.dashboards.coordinator import coordinator
from tracker.dashboards.home_area import overseer, proposals, verifier
from tracker.dashboards.officer import officer, sessions_to_prepare
from tracker.dashboards.saved_views import ChosenHome, chosen_home
from tracker.dashboards.sections import Section
from tracker.dashboards.views import pages

PROPOSALS = 50
"""On one page."""

Builder = Callable[[Desk], Section | None]

BUILDERS: tuple[Builder, ...] = (
    liaison, handled, sessions_to_prepare, officer, coordinator, verifier, overseer, administrator,
)  # fmt: skip
"""Each answers None where the person's roles have nothing to do with it. Somebody with two roles sees both."""


@pages.show("/", act=Act.VIEW_HOME)
def home(desk: Desk) -> ResponseReturnValue:
    """Where one begins: the saved view that one chose, else the ordinary home."""
    chosen = chosen_home(desk)
    return redirect(chosen.url) if chosen.url else ordinary_page(desk, chosen)


@pages.show("/beranda", act=Act.VIEW_HOME)
def ordinary_home(desk: Desk) -> ResponseReturnValue:
    """What there is to do now, also for somebody who begins elsewhere."""
    return ordinary_page(desk, chosen_home(desk))


def ordinary_page(desk: Desk, chosen: ChosenHome) -> str:
    sections = [section for build in BUILDERS if (section := build(desk)) is not None]
    return render_template("dashboards/home.html", sections=sections, chosen=chosen, as_of=desk.now)


@pages.show("/usul", act=Act.APPROVE_CANNOT)
def to_decide(desk: Desk) -> ResponseReturnValue:
    """Everything that somebody else proposed as "cannot be followed up", and this person may decide."""
    page = max(1, request.args.get("hal", 1, int))
    first = (page - 1) * PROPOSALS
    found = proposals(desk, PROPOSALS, first)
    return render_template("dashboards/to_decide.html", rows=found.oldest, total=found.number, first=first, page=page)
