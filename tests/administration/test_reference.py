"""What ships is loaded whole, once."""

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.administration.reference import load_regions
from tracker.directory.models import Region
from tracker.directory.states import RegionKind
from tracker.instruments.models import Indicator, Instrument
from tracker.instruments.reference import load_instruments


def test_all_regions_are_loaded_once_with_zone_and_area(machine: Desk) -> None:
    assert load_regions(machine) == 552
    machine.session.commit()
    assert load_regions(machine) == 0
    kinds = dict(machine.session.execute(sa.select(Region.kind, sa.func.count()).group_by(Region.kind)).all())
    assert kinds == {RegionKind.PROVINCE: 38, RegionKind.REGENCY: 416, RegionKind.CITY: 98}
    tual = machine.session.scalars(sa.select(Region).filter_by(code="81.72")).one()
    assert (tual.name, tual.timezone, tual.area and tual.area.code) == ("Kota Tual", "Asia/Jayapura", "III")
    assert tual.parent is not None
    assert tual.parent.name == "Maluku"


def test_five_instruments_are_loaded_once_and_none_needs_six_aspects(machine: Desk) -> None:
    assert load_instruments(machine) == 5
    machine.session.commit()
    assert load_instruments(machine) == 0
    counted = {each.code: len(each.aspects) for each in machine.all(sa.select(Instrument))}
    assert counted == {"panrb-2017": 6, "panrb-2022": 6, "ombudsman-2015": 1, "ombudsman-2022": 4, "ombudsman-2025": 1}
    assert machine.session.scalar(sa.select(sa.func.count(Indicator.id))) == 31
