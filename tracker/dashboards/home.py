"""Everybody's first page: what should I do now? Each role adds its sections, most urgent first."""

from collections.abc import Callable

from flask import render_template
from flask.typing import ResponseReturnValue

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards.coordinator import coordinator
from tracker.dashboards.officer import officer
from tracker.dashboards.sections import Section
from tracker.dashboards.views import pages

Builder = Callable[[Desk], Section | None]

BUILDERS: tuple[Builder, ...] = (officer, coordinator)
"""Each answers None where the person's roles have nothing to do with it. Somebody with two roles sees both."""


@pages.show("/", act=Act.VIEW_HOME)
def home(desk: Desk) -> ResponseReturnValue:
    sections = [section for build in BUILDERS if (section := build(desk)) is not None]
    return render_template("dashboards/home.html", sections=sections, as_of=desk.now)
