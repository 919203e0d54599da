"""Areas and regions as they ship: 38 provinces and 514 regencies and cities, with time zone and supervision area.

The codes are those of the Ministry of Home Affairs, after cahyadsn/wilayah (MIT): see tracker/data/NOTICE.
"""

import csv
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import Region, SupervisionArea
from tracker.directory.states import RegionKind
from tracker.kit.resources import PACKAGE

REMARK = (
    "Pembagian 2019–2021; daftar Wilayah II adalah sisanya, dan nama jabatan sekarang belum pasti."
    " / Division of 2019–2021; the list of area II is the remainder, and present names of the posts are uncertain."
)


def load_regions(desk: Desk) -> int:
    """Write the areas and regions that are not there yet; say how many. What was edited in the site stays."""
    with (PACKAGE / "data" / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    areas = {area.code: area for area in desk.all(sa.select(SupervisionArea))}
    for code in sorted({row["supervision_area"] for row in rows} - areas.keys()):
        areas[code] = desk.add(SupervisionArea(code=code, name=f"Wilayah {code}", remark=REMARK))
        desk.record(Act.LOAD_REFERENCE, areas[code])
    ids = dict(desk.session.execute(sa.select(Region.code, Region.id)).all())
    new = [row for row in rows if row["code"] not in ids]
    for provinces in (True, False):  # a regency refers to its province
        batch = [row for row in new if (row["kind"] == "province") is provinces]
        written = desk.add_all(Region, [_region(row, ids, areas) for row in batch])
        desk.record_all(Act.LOAD_REFERENCE, Region, [(id, None, {}) for id in written], "")
        ids |= {row["code"]: id for row, id in zip(batch, written, strict=True)}
    return len(new)


def _region(row: dict[str, str], ids: dict[str, int], areas: dict[str, SupervisionArea]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name": row["name"],
        "kind": RegionKind(row["kind"]),
        "parent_id": ids[row["parent_code"]] if row["parent_code"] else None,
        "timezone": row["timezone"],
        "area_id": areas[row["supervision_area"]].id,
    }
