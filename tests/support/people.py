"""Accounts that sign in through the form: a name, and a password that is kept as the site keeps it."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.accounts.passwords import hashed
from tracker.administration.reference import load_regions
from tracker.directory.models import Agency, Region, ServiceUnit, SupervisionArea, User
from tracker.directory.states import Role
from tracker.instruments.models import Instrument
from tracker.instruments.operations import CycleFacts, add_cycle
from tracker.instruments.reference import load_instruments

PASSWORD = "kata sandi untuk uji"
SINCE = date(2020, 1, 1)


@cache
def kept() -> str:
    return hashed(PASSWORD)


def person(make: Make, username: str, role: Role, name: str = "", **scope: Any) -> User:
    """A person with one role, since long ago; without a scope the role covers everything."""
    email = f"{username}@contoh.example"
    user = make.save(User(username=username, name=name or username, email=email, password_hash=kept()))
    make.membership(user, role, valid_from=SINCE, **scope)
    return user


def reference_data(make: Make) -> None:
    """What ships with the program, as `flask reference load` writes it, and an open cycle for the sample workbook."""
    desk = Desk(SYSTEM, datetime.now(UTC), make.session)
    load_regions(desk)
    load_instruments(desk)
    with as_machine(make.session):
        instrument = make.session.scalars(sa.select(Instrument).filter_by(code="panrb-2017")).one()
    add_cycle(desk, CycleFacts("panrb-2019", instrument.id, 2019))


def area_named(make: Make, code: str) -> SupervisionArea:
    with as_machine(make.session):
        return make.session.scalars(sa.select(SupervisionArea).filter_by(code=code)).one()


def unit_in(make: Make, region_code: str) -> ServiceUnit:
    """The one service unit of a region's government, besides the government itself."""
    query = (
        sa.select(ServiceUnit)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .join(Region, Region.id == Agency.region_id)
        .where(Region.code == region_code, ServiceUnit.is_root.is_(False))
    )
    with as_machine(make.session):
        return make.session.scalars(query).one()
