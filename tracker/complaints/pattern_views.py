"""Pages that learn from complaints: what they are about, the cases behind a number, and how they become advice."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.lines import LINES, read
from tracker.complaints.models import Complaint, ComplaintLink
from tracker.complaints.narrowing import WITHOUT
from tracker.complaints.pattern_forms import ABOUT, PER, PatternForm
from tracker.complaints.patterns import PLACES, About, Pattern, Per, Share, how_many, named, places, shares, within
from tracker.complaints.showing import aspect_names, indicator_names
from tracker.complaints.views import pages
from tracker.directory.models import ServiceUnit
from tracker.kit import charts, formats

PAGE = 50
Names = dict[str, str]


def names_of(desk: Desk, about: About) -> Names:
    """What a value of the address is called; topics and services say it themselves."""
    if about is About.ASPECT:
        return {str(code): str(name) for code, name in aspect_names(desk).items()}
    if about is About.INDICATOR:
        return {str(code): str(name) for code, name in indicator_names(desk).items()}
    return {}


def called(names: Names, value: str) -> str:
    return names.get(value, value) if value and value != WITHOUT else str(_("belum disebut"))


def page_number() -> int:
    return max(1, min(request.args.get("halaman", 1, int), 1_000_000))


def asked(desk: Desk) -> tuple[PatternForm, Pattern]:
    form = PatternForm(formdata=request.args)
    form.validate()
    return form, form.pattern(request.args, desk.today)


def address(endpoint: str, pattern: Pattern, **changed: Any) -> str:
    """The same question at another page, or with another part."""
    kept = {
        "menurut": pattern.about.value, "dari": pattern.since.isoformat(), "sampai": pattern.until.isoformat(),
        "nilai": pattern.value, "unit": pattern.unit_id, "instansi": pattern.agency_id, "wilayah": pattern.area_id,
        "hasil": pattern.outcome.value if pattern.outcome else None,
    }  # fmt: skip
    return url_for(endpoint, **{name: value for name, value in (kept | changed).items() if value not in (None, "")})


@pages.show("/pengaduan/pola", act=Act.VIEW_COMPLAINTS)
def patterns(desk: Desk) -> ResponseReturnValue:
    """What complaints are about in a period, and the places where one thing is said most often."""
    form, pattern = asked(desk)
    per = form.place
    found, more = shares(desk, pattern)
    total = sum(each.number for each in found) if not more else how_many(desk, pattern)
    page, names = page_number(), names_of(desk, pattern.about)
    lines, count = places(desk, pattern, per, page)

    def page_url(number: int) -> str:
        return address("complaints.patterns", pattern, per=per.value, halaman=number)

    return render_template(
        "complaints/patterns.html",
        form=form,
        pattern=pattern,
        place=place_name(desk, pattern),
        place_word=PER[per],
        about_word=ABOUT[pattern.about],
        total=total,
        more=more,
        summary=in_words(found, total, names),
        picture=drawn(found, total, names, str(ABOUT[pattern.about])),
        rows=[share_row(pattern, names, each, total) for each in found],
        lines=[line_of(desk, pattern, per, names, each) for each in lines],
        first=(page - 1) * PAGE + 1,
        last=(page - 1) * PAGE + len(lines),
        count=count,
        previous_url=page_url(page - 1) if page > 1 else "",
        next_url=page_url(page + 1) if page * PAGE < count else "",
        cases_url=address("complaints.pattern_cases", pattern, nilai=None),
        everywhere_url=address("complaints.patterns", pattern, unit=None, instansi=None, wilayah=None),
    ), 422 if form.errors else 200  # fmt: skip


def in_words(found: list[Share], total: int, names: Names) -> str:
    most = named(found)
    if most is None:
        return str(_("Belum ada pengaduan yang menyebutnya.") if total else "")
    return str(
        _(
            "%(number)s dari %(total)s pengaduan tentang %(about)s.",
            number=formats.number(most.number),
            total=formats.number(total),
            about=called(names, most.value),
        )
    )


def drawn(found: list[Share], total: int, names: Names, about: str) -> Any:
    """The ten largest as bars; nothing where there is nothing."""
    most = [each for each in found if each.value][:10]
    if not most:
        return ""
    bars = [charts.Bar(called(names, each.value), each.number, formats.number(each.number)) for each in most]
    return charts.bar_chart("pola", about, in_words(found, total, names), bars, total)


def share_row(pattern: Pattern, names: Names, each: Share, total: int) -> list[Any]:
    behind = address("complaints.pattern_cases", pattern, nilai=each.value or WITHOUT)
    return [
        called(names, each.value),
        {
            "text": _("%(number)s (%(share)s)", number=formats.number(each.number), share=share_of(each.number, total)),
            "url": behind,
        },
    ]


def share_of(number: int, total: int) -> str:
    """A whole percentage, rounded half up: a share is no progress, which is never rounded up."""
    return formats.percent(int((Decimal(100 * number) / total).quantize(1, ROUND_HALF_UP)) if total else None)


def line_of(desk: Desk, pattern: Pattern, per: Per, names: Names, each: Any) -> dict[str, Any]:
    here = {per.value: each.id}
    return {
        "name": each.name,
        "agency": each.agency,
        "url": address("complaints.patterns", pattern, nilai=None, **here),
        "said": called(names, each.largest.value) if each.largest.value else "",
        "number": each.largest.number,
        "number_url": address("complaints.pattern_cases", pattern, nilai=each.largest.value or WITHOUT, **here),
        "total": each.total,
        "total_url": address("complaints.pattern_cases", pattern, nilai=None, **here),
    }


def place_name(desk: Desk, pattern: Pattern) -> str:
    """Empty where no place narrows."""
    ids = {Per.UNIT: pattern.unit_id, Per.AGENCY: pattern.agency_id, Per.AREA: pattern.area_id}
    for per, id in ids.items():
        if id is not None and per is Per.UNIT:
            unit = desk.session.scalar(sa.select(ServiceUnit).where(ServiceUnit.id == id))
            return str(unit.full_name if unit is not None else _("tidak ditemukan"))
        if id is not None:
            kind = PLACES[per][1]
            name = desk.session.scalar(sa.select(kind.name).where(kind.id == id))
            return str(name or _("tidak ditemukan"))
    return ""


@pages.show("/pengaduan/pola/kasus", act=Act.VIEW_COMPLAINTS)
def pattern_cases(desk: Desk) -> ResponseReturnValue:
    """The complaints behind a number. Those of one unit can be chosen, to become a recommendation."""
    form, pattern = asked(desk)
    page = page_number()
    total = how_many(desk, pattern)
    query = LINES.where(within(pattern)).order_by(Complaint.received_at.desc(), Complaint.id.desc())
    rows = read(desk, query.limit(PAGE).offset((page - 1) * PAGE))
    unit = unit_to_link(desk, pattern)
    return render_template(
        "complaints/pattern_cases.html",
        desk=desk,
        pattern=pattern,
        place=place_name(desk, pattern),
        value=called(names_of(desk, pattern.about), pattern.value) if pattern.value else "",
        about_word=ABOUT[pattern.about],
        rows=rows,
        linked=linked(desk, (row.id for row in rows)),
        unit=unit,
        total=total,
        first=(page - 1) * PAGE + 1,
        last=(page - 1) * PAGE + len(rows),
        previous_url=address("complaints.pattern_cases", pattern, halaman=page - 1) if page > 1 else "",
        next_url=address("complaints.pattern_cases", pattern, halaman=page + 1) if page * PAGE < total else "",
        pattern_url=address("complaints.patterns", pattern, nilai=None, hasil=None),
    ), 422 if form.errors else 200


def unit_to_link(desk: Desk, pattern: Pattern) -> ServiceUnit | None:
    """The one unit of the list, where this person may link its complaints to what it was told."""
    if pattern.unit_id is None or not desk.holds(Act.VIEW_RECOMMENDATIONS):
        return None
    unit = desk.session.scalar(sa.select(ServiceUnit).where(ServiceUnit.id == pattern.unit_id))
    return unit if unit is not None and desk.may(Act.LINK_COMPLAINT, unit) else None


def linked(desk: Desk, ids: Iterable[int]) -> dict[int, int]:
    """Complaint -> how many recommendations it is linked to."""
    query = (
        sa.select(ComplaintLink.complaint_id, sa.func.count())
        .where(ComplaintLink.complaint_id.in_(list(ids)))
        .group_by(ComplaintLink.complaint_id)
    )
    return dict(desk.session.execute(query).all())
