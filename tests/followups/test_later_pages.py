"""A later page of the list goes on where the one before it ended, in the same order, whatever narrows the list."""

import re
from datetime import timedelta

import pytest

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.site import Site
from tracker.directory.states import Role


@pytest.mark.parametrize("narrowed", ["", "&tenggat=semula", "&lewat=1", "&keadaan=semua"])
@pytest.mark.parametrize("over", ["area", "everything"])
def test_pages_follow_each_other_without_gap_or_overlap(
    site: Site, make: Make, clock: StoppedClock, narrowed: str, over: str
) -> None:
    area = make.area("III")
    unit = make.unit("Unit Panjang", area)
    recommendation = make.recommendation(unit)
    due = {}
    for number in range(60):
        moment = clock.now() - timedelta(days=1 + number * 7 % 30)
        row = make.follow_up(
            recommendation=recommendation, due_at=moment, original_due_at=moment - timedelta(days=number % 3 * 40)
        )
        due[row.id] = (row.original_due_at if "semula" in narrowed else row.due_at, row.id)
    make.follow_up(make.unit("Unit Lain", make.area("I")), due_at=clock.now() - timedelta(days=3))
    reader = make.user(Role.ASSISTANT_DEPUTY, area=area) if over == "area" else make.user(Role.LEADERSHIP)
    site.sign_in(reader)
    found = []
    for page in (1, 2):
        html = site.get(f"/tindak-lanjut?halaman={page}{narrowed}").html
        found += [int(id) for id in re.findall(r'<th[^>]*><a href="/tindak-lanjut/(\d+)"', html)]
    own = [id for id in found if id in due]
    assert own == sorted(due, key=lambda id: due[id])
    assert len(found) == 60 + (over == "everything")
