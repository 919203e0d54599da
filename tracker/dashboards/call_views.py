"""The page of whom to call today, and the part of it that a large area's home fetches after the page."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards.calls import whom_to_call
from tracker.dashboards.narrowing import read
from tracker.dashboards.views import pages

PAGE = 25
PART = 10
"""On a home."""


@pages.show("/hubungi", act=Act.OPEN_SUBMISSION)
def calls(desk: Desk) -> ResponseReturnValue:
    """All units of the filter that there is a reason to call; a home fetches the first ten."""
    alone = "HX-Request" in request.headers
    narrowed = read(desk, request.args)
    page = 1 if alone else max(1, request.args.get("halaman", 1, int))
    most = PART if alone else PAGE
    found = whom_to_call(desk, narrowed.by, most, (page - 1) * most) if narrowed else None
    last = (page - 1) * most + len(found.rows) if found else 0

    def turned(number: int) -> str:
        return narrowed.address("dashboards.calls", halaman=number) if narrowed else ""

    answer = make_response(
        render_template(
            "dashboards/_calls.html" if alone else "dashboards/calls.html",
            calls=found,
            cycle=narrowed.by.cycle if narrowed else None,
            narrowed=narrowed,
            chips=[
                {**chip, "remove_url": narrowed.address("dashboards.calls", **{chip["name"]: None})}
                for chip in narrowed.chips
            ]
            if narrowed
            else [],
            illustration=bool(narrowed and narrowed.by.cycle.is_illustration),
            first=(page - 1) * most + 1,
            last=last,
            previous_url=turned(page - 1) if page > 1 else "",
            next_url=turned(page + 1) if found and last < found.number else "",
            as_of=desk.now,
        )
    )
    answer.vary.add("HX-Request")
    return answer
