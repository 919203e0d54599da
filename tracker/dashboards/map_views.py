"""The map: each province as a tile of the same size, coloured by a chosen figure, with the table beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.dashboards import figures
from tracker.dashboards.figures import FIGURES, Figure, Of
from tracker.dashboards.kept import kept
from tracker.dashboards.narrowing import Narrowed, read
from tracker.dashboards.overview_views import chips_of, list_url, tabs
from tracker.dashboards.provinces import PLACES
from tracker.dashboards.queries import Narrowing
from tracker.dashboards.views import pages
from tracker.directory.models import Region, ServiceUnit
from tracker.directory.states import RegionKind
from tracker.followups.models import FollowUp
from tracker.kit import charts, formats
from tracker.kit.words import N_
from tracker.progress.models import UnitProgress
from tracker.progress.rules import rounded

MEANS = {"terverifikasi": N_("Rata-rata terverifikasi"), "diklaim": N_("Rata-rata diklaim")}
NUMBERS = ("tertinggal", "berisiko", "sesuai", "tanpa-data", "lewat-tenggat", "bola-verifier", "diam", "unit")
"""Figures whose numbers are coloured by the largest of the provinces."""
PROVINCE = sa.func.substr(Region.code, 1, 2)


@dataclass(frozen=True, slots=True)
class Place:
    """A province with the chosen figure; None where there is no unit, or no figure yet."""

    code: str
    name: str
    short: str
    units: int
    value: Decimal | None
    level: int


def choices() -> dict[str, str]:
    return {**MEANS, **{code: FIGURES[code].label for code in NUMBERS}}


@pages.show("/peta", act=Act.VIEW_OVERVIEW)
def map(desk: Desk) -> ResponseReturnValue:
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/overview_empty.html")
    chosen = request.args.get("angka", "")
    chosen = chosen if chosen in choices() else "terverifikasi"
    places = places_of(desk, narrowed.by, chosen)
    label = _(choices()[chosen])
    return render_template(
        "dashboards/map.html",
        narrowed=narrowed,
        form=narrowed.form,
        chips=chips_of(narrowed, "map"),
        illustration=narrowed.by.cycle.is_illustration,
        tabs=tabs(narrowed, "map"),
        chosen=chosen,
        choices=[(code, _(words)) for code, words in choices().items()],
        label=label,
        picture=picture(narrowed, places, chosen, label),
        summary=in_one_sentence(places, chosen, label),
        legend=legend(places, chosen),
        rows=[table_row(narrowed, each, chosen) for each in places],
        as_of=desk.now,
    )


def places_of(desk: Desk, by: Narrowing, chosen: str) -> list[Place]:
    """All provinces, and at last what belongs to none; the least favourable order is left to the reader."""
    if chosen == "lewat-tenggat":  # moves with the moment
        return counted(desk, by, chosen)
    return kept(desk, "places", by, lambda: (counted(desk, by, chosen), None), chosen)


def counted(desk: Desk, by: Narrowing, chosen: str) -> list[Place]:
    known = sa.select(Region.code, Region.name).where(Region.kind == RegionKind.PROVINCE).order_by(Region.name)
    names = {row.code: row.name for row in desk.session.execute(known)}
    numbers = by_province(desk, by, FIGURES["unit"])
    values: Mapping[str, Decimal | int | None]
    if chosen in MEANS:
        values = means_by_province(desk, by, chosen)
    elif chosen == "unit":
        values = numbers
    else:
        values = by_province(desk, by, FIGURES[chosen])
    most = max((int(value or 0) for code, value in values.items() if code), default=0)
    found = []
    for code in [*names, *([""] if numbers.get("") else [])]:
        units = numbers.get(code, 0)
        value = values.get(code)
        figure = None if not units else Decimal(value) if value is not None else None if chosen in MEANS else Decimal(0)
        level = level_of(figure, chosen, most)
        found.append(Place(code, names.get(code, ""), PLACES[code][2] if code in PLACES else "", units, figure, level))
    return found


def by_province(desk: Desk, by: Narrowing, figure: Figure) -> dict[str, int]:
    """How many rows of a figure each province has."""
    query = figures.ids(desk, figure, by)
    if figure.of is Of.FOLLOW_UPS:
        query = query.join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id).outerjoin(
            Region, Region.id == ServiceUnit.region_id
        )
    query = query.with_only_columns(PROVINCE, sa.func.count()).group_by(PROVINCE)
    return {code or "": int(number) for code, number in asked(desk, figure, query)}


def asked(desk: Desk, figure: Figure, query: sa.Select[Any]) -> Sequence[Any]:
    if not figure.asked_by_machine:
        return desk.session.execute(query).all()
    with as_machine(desk.session):
        return desk.session.execute(query).all()


def means_by_province(desk: Desk, by: Narrowing, chosen: str) -> dict[str, Decimal | None]:
    """`rules.group_mean` of the units of each province."""
    figure = UnitProgress.claimed if chosen == "diklaim" else UnitProgress.verified
    hundredths = sa.func.sum(sa.cast(sa.func.round(sa.cast(figure, sa.Double) * 100), sa.Integer))
    query = figures.units(desk, by).with_only_columns(PROVINCE, hundredths, sa.func.count(figure)).group_by(PROVINCE)
    return {
        code or "": rounded(Fraction(int(total), 100 * known)) if known else None
        for code, total, known in desk.session.execute(query)
    }


def level_of(value: Decimal | None, chosen: str, most: int) -> int:
    """0 without data; percents by fifths, numbers by fifths of the largest; none at all is the lightest."""
    if value is None:
        return 0
    share = value / 100 if chosen in MEANS else (value / most if most else Decimal(0))
    return min(5, 1 + int(share * 5))


def shown(value: Decimal | None, chosen: str) -> str:
    if value is None:
        return str(_("belum ada data"))
    return formats.percent(value) if chosen in MEANS else formats.number(value)


def picture(narrowed: Narrowed, places: list[Place], chosen: str, label: str) -> Any:
    tiles = [
        charts.Tile(
            PLACES[each.code][0], PLACES[each.code][1], each.short,
            "–" if each.value is None else formats.number(int(each.value)), each.level,
            province_url(narrowed, each.code) if each.units else "",
            _("%(name)s: %(value)s, %(units)s unit", name=each.name, value=shown(each.value, chosen),
              units=formats.number(each.units)),
        )
        for each in places if each.code in PLACES
    ]  # fmt: skip
    return charts.tile_grid("peta", _("Provinsi menurut %(figure)s", figure=label), "", tiles)


def province_url(narrowed: Narrowed, code: str) -> str:
    """What lies behind a province: its overview, from where every list of it opens."""
    return narrowed.address("dashboards.overview", provinsi=code)


def in_one_sentence(places: list[Place], chosen: str, label: str) -> str:
    known = [each for each in places if each.value is not None and each.code]
    if not known:
        return str(_("%(figure)s: belum ada data di provinsi mana pun.", figure=label))
    low, high = (pick(known, key=lambda each: each.value or Decimal(0)) for pick in (min, max))
    words: str = _(
        "%(figure)s: paling tinggi %(high)s (%(most)s), paling rendah %(low)s (%(least)s); %(known)s dari %(all)s "
        "provinsi mempunyai angka.",
        figure=label, high=high.name, most=shown(high.value, chosen), low=low.name, least=shown(low.value, chosen),
        known=len(known), all=len([each for each in places if each.code]),
    )  # fmt: skip
    return words


def legend(places: list[Place], chosen: str) -> list[tuple[Any, str]]:
    """What each colour means, in words."""
    most = max((int(each.value or 0) for each in places if each.code), default=0)
    whole = 100 if chosen in MEANS else most
    unit = "\N{NO-BREAK SPACE}%" if chosen in MEANS else ""
    found = [(charts.swatch(0), _("tidak ada unit, atau belum ada data"))]
    for level in range(1, 6) if whole else (1,):
        values = [number for number in range(whole + 1) if level_of(Decimal(number), chosen, most) == level]
        if values:
            span = f"{formats.number(values[0])}–{formats.number(values[-1])}" if len(values) > 1 else str(values[0])
            found.append((charts.swatch(level), span + unit))
    return found


def table_row(narrowed: Narrowed, place: Place, chosen: str) -> list[Any]:
    name = place.name or _("Tanpa provinsi")
    units = {"text": formats.number(place.units), "url": place_list(narrowed, place, "unit") if place.units else ""}
    told = shown(place.value, chosen) if place.units else _("tidak ada unit")
    behind = {"terverifikasi": "berangka", "diklaim": "berangka"}.get(chosen, chosen)
    value = {"text": told, "url": place_list(narrowed, place, behind) if place.value else ""}
    link = province_url(narrowed, place.code) if place.code and place.units else ""
    return [{"text": f"{place.short} · {name}" if place.short else name, "url": link}, value, units]


def place_list(narrowed: Narrowed, place: Place, code: str) -> str:
    """Rows of one province; what belongs to none has no filter, and so no list of its own."""
    return list_url(narrowed, code, provinsi=place.code) if place.code else ""
