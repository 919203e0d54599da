"""How long the nightly recalculation takes, beside the bare aggregate over the same rows.

TRACKER_DATA=/tmp/measured python -m tools.bench.nightly       # a data set of `demo generate`, on either database

It writes the copies of tomorrow, so give it a copy of the data. Reported are the whole run, the longest time that one
transaction of it held, and `INSERT INTO … SELECT … GROUP BY` of the means of all follow-ups into an empty table.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa

from config import Config
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.kit.db import db
from tracker.progress.nightly import recalculate
from tracker.wiring import create_app

BARE = """
INSERT INTO bench_bare SELECT r.unit_id, r.cycle_id, r.aspect_id,
  SUM(f.weight * f.confirmed_percent) * 1.0 / SUM(f.weight), SUM(f.weight * f.logged_percent) * 1.0 / SUM(f.weight)
FROM recommendation r JOIN follow_up f ON f.recommendation_id = r.id GROUP BY r.unit_id, r.cycle_id, r.aspect_id
"""
LIMIT = 10.0


def main() -> int:
    """0 when the whole took no longer than the limit."""
    app = create_app(Config.from_env(os.environ))
    with app.app_context():
        session, now = db.session(), app.extensions["clock"].now()
        desk = Desk(SYSTEM, now, session)
        bare = bare_aggregate(desk)
        with longest_transaction() as held:
            start = time.perf_counter()
            counts = recalculate(desk, now + timedelta(days=1))
            took = time.perf_counter() - start
        again = time.perf_counter()
        repeated = recalculate(desk, now + timedelta(days=1))
        again = time.perf_counter() - again
        print(f"engine            {db.engine.dialect.name}")
        print(f"recalculation     {took:6.2f} s  {counts}")
        print(f"repeated          {again:6.2f} s  {repeated}")
        print(f"longest write     {max(held, default=0.0):6.2f} s")
        print(f"bare aggregate    {bare:6.2f} s")
        print(f"ratio             {took / bare:6.1f} x")
    return 0 if took <= LIMIT else 1


def bare_aggregate(desk: Desk) -> float:
    columns = "unit_id INTEGER, cycle_id INTEGER, aspect_id INTEGER, verified FLOAT, claimed FLOAT"
    desk.session.execute(sa.text(f"CREATE TABLE bench_bare ({columns})"))
    desk.session.commit()
    start = time.perf_counter()
    desk.session.execute(sa.text(BARE))
    desk.session.commit()
    took = time.perf_counter() - start
    desk.session.execute(sa.text("DROP TABLE bench_bare"))
    desk.session.commit()
    return took


@contextmanager
def longest_transaction(counts: Callable[[], bool] = lambda: True) -> Iterator[list[float]]:
    """Seconds from BEGIN to COMMIT of each transaction that counts when it begins."""
    began: dict[int, float] = {}
    held: list[float] = []

    def begin(connection: sa.Connection) -> None:
        if counts():
            began[id(connection)] = time.perf_counter()

    def commit(connection: sa.Connection) -> None:
        if id(connection) in began:
            held.append(time.perf_counter() - began.pop(id(connection)))

    sa.event.listen(db.engine, "begin", begin)
    sa.event.listen(db.engine, "commit", commit)
    yield held
    sa.event.remove(db.engine, "begin", begin)
    sa.event.remove(db.engine, "commit", commit)


if __name__ == "__main__":
    raise SystemExit(main())
