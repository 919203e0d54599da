"""Everybody's first page: what should I do now? Each role adds its sections, most urgent first."""

from collections.abc import Callable

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards.administrator import administrator
from tracker.dashboards.coordinator import coordinator
from tracker.dashboards.home_area import overseer, proposals, verifier
from tracker.dashboards.officer import officer, sessions_to_prepare
from tracker.dashboards.sections import Section
from tracker.dashboards.views import pages

PROPOSALS = 50
"""On one page."""

Builder = Callable[[Desk], Section | None]

BUILDERS: tuple[Builder, ...] = (sessions_to_prepare, officer, coordinator, verifier, overseer, administrator)
"""Each answers None where the person's roles have nothing to do with it. Somebody with two roles sees both."""


@pages.show("/", act=Act.VIEW_HOME)
def home(desk: Desk) -> ResponseReturnValue:
    sections = [section for build in BUILDERS if (section := build(desk)) is not None]
    return render_template("dashboards/home.html", sections=sections, as_of=desk.now)


@pages.show("/usul", act=Act.APPROVE_CANNOT)
def to_decide(desk: Desk) -> ResponseReturnValue:
    """Everything that somebody else proposed as "cannot be followed up", and this person may decide."""
    page = max(1, request.args.get("hal", 1, int))
    first = (page - 1) * PROPOSALS
    found = proposals(desk, PROPOSALS, first)
    return render_template("dashboards/to_decide.html", rows=found.oldest, total=found.number, first=first, page=page)
