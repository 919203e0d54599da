"""Follow-ups as a list: those of an area, of a unit, or of everything in reach, narrowed as the list in the site is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.directory.models import Agency, Region, ServiceUnit, SupervisionArea, User
from tracker.followups import rules
from tracker.followups.models import FollowUp
from tracker.followups.queries import Narrowing, narrowed
from tracker.followups.states import FollowUpStatus, Holder
from tracker.instruments.models import Aspect, Cycle
from tracker.kit import formats
from tracker.kit.documents import Block, Document, Facts, Paragraph, Table
from tracker.kit.export import Column, Value
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Origin
from tracker.reports import wording
from tracker.reports.days import ReportDay
from tracker.reports.sheets import Listing, Report

AT_ONCE = 2000
"""Rows fetched at a time, so that a list of any length needs the memory of a short one."""
ON_PAPER = 2000
"""More rows than this are no paper: a hundred pages that nobody reads, and minutes to set."""

COLUMNS = (
    Column("Nomor", 10),
    Column("Unit", 36),
    Column("Instansi", 28),
    Column("Kode wilayah", 12),
    Column("Siklus", 16),
    Column("Aspek", 28),
    Column("Tindak lanjut", 60),
    Column("Penanggung jawab", 24),
    Column("Status", 20),
    Column("Di tangan", 14),
    Column("Ditetapkan", 12),
    Column("Tenggat semula", 12),
    Column("Tenggat", 12),
    Column("Lewat tenggat", 12),
    Column("Diklaim (%)", 10),
    Column("Terverifikasi (%)", 12),
    Column("Bobot", 8),
    Column("Jenis", 20),
)

READ = (
    FollowUp.id,
    ServiceUnit.name,
    Agency.name,
    Region.code,
    Cycle.code,
    Aspect.name,
    FollowUp.title,
    User.name,
    FollowUp.status,
    FollowUp.holder,
    FollowUp.assigned_at,
    FollowUp.original_due_on,
    FollowUp.due_on,
    FollowUp.due_at,
    FollowUp.logged_percent,
    FollowUp.confirmed_percent,
    FollowUp.returned_at,
    FollowUp.weight,
    Recommendation.origin,
)

TOO_LONG = N_("%(count)s baris terlalu banyak untuk PDF (paling banyak %(most)s); pakai .xlsx atau .csv.")


def follow_ups_of_area(
    desk: Desk, area: SupervisionArea, cycle: Cycle | None, on: ReportDay, by: Narrowing | None = None
) -> Report:
    """All follow-ups of the units of an area, also finished ones, of one cycle or of all."""
    by = by or Narrowing(only_open=False, cycle_id=cycle.id if cycle else None)
    title = f"Tindak lanjut {area.name}"
    said = [area.name, wording.cycle_name(cycle) if cycle else "semua siklus", *filter_words(by)]
    name = wording.stem("tindak-lanjut", area.name, wording.compact(on.day))
    return report(desk, title, name, "; ".join(said), by, on, FollowUp.area_id == area.id)


def follow_ups_in_reach(desk: Desk, by: Narrowing, said: str, on: ReportDay) -> Report:
    """The list of the site under its filter, which `said` puts in words."""
    name = wording.stem("tindak-lanjut", wording.compact(on.day))
    return report(desk, "Tindak lanjut", name, said, by, on)


def report(
    desk: Desk, title: str, name: str, filter: str, by: Narrowing, on: ReportDay, *which: sa.ColumnElement[bool]
) -> Report:
    listing = listing_of(desk, title, filter, by, on, *which)
    return Report(title, name, listing, lambda: paper(listing, title, on), (".pdf", ".xlsx", ".csv"))


def listing_of(
    desk: Desk, title: str, filter: str, by: Narrowing, on: ReportDay, *which: sa.ColumnElement[bool]
) -> Listing:
    counted = sa.select(sa.func.count()).select_from(FollowUp)
    total = desk.session.scalar(narrowed(by, on.moment, asked=counted).where(*which).order_by(None)) or 0
    about = [
        ("Laporan", title),
        ("Hari laporan", formats.long_date(on.day)),
        ("Dibuat", formats.moment(on.now)),
        ("Saringan", filter),
        ("Penjelasan", "Diklaim adalah yang dicatat unit; terverifikasi hanya berubah oleh keputusan verifikator."),
        *(("", each) for each in sentences(on)),
    ]
    return Listing(
        COLUMNS,
        lambda: rows(desk, by, on, *which),
        total,
        wording.as_of(on),
        filter,
        "Tindak lanjut",
        about,
    )


def sentences(on: ReportDay) -> list[str]:
    if on.is_today:
        return [f"Keadaan {formats.moment(on.now)}."]
    return [
        f"Untuk satu tindak lanjut tidak ada potret {wording.day_words(on)}: status, pemegang dan persennya "
        f"adalah yang tercatat saat laporan dibuat, {formats.moment(on.now)}.",
        *wording.about_the_day(on),
    ]


def rows(desk: Desk, by: Narrowing, on: ReportDay, *which: sa.ColumnElement[bool]) -> Iterator[Sequence[Value]]:
    """As they come from the database, a few thousand in memory at a time."""
    asked: Any = (
        sa.select(*READ)
        .select_from(FollowUp)
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .join(Cycle, Cycle.id == FollowUp.cycle_id)
        .join(Recommendation, Recommendation.id == FollowUp.recommendation_id)
        .join(Aspect, Aspect.id == Recommendation.aspect_id)
        .outerjoin(User, User.id == FollowUp.person_in_charge_id)
    )
    query = narrowed(by, on.moment, asked=asked).where(*which).execution_options(yield_per=AT_ONCE)
    yield from values(desk.session.execute(query), on)


def values(found: Any, on: ReportDay) -> Iterator[Sequence[Value]]:
    origins = {origin: formats.label(origin) for origin in Origin}
    states = {status: formats.label(status) for status in FollowUpStatus}
    holders: dict[Holder | None, str | None] = {holder: formats.label(holder) for holder in Holder} | {None: None}
    moment, jakarta = on.moment, ZoneInfo(wording.ZONE)
    for (
        number, unit, agency, region, cycle, aspect, title, person, status, holder, assigned_at, original, due,
        due_at, logged, confirmed, returned_at, weight, origin,
    ) in found:  # fmt: skip
        yield (
            number,
            unit,
            agency,
            region,
            cycle,
            aspect,
            title,
            person,
            states[status],
            holders[holder],
            assigned_at.astimezone(jakarta).date(),
            original,
            due,
            "ya" if holder in rules.CLOCK_RUNS and due_at < moment else "tidak",
            rules.claimed(status, logged, returned_at is not None),
            rules.verified(status, confirmed),
            weight,
            origins[origin],
        )


def paper(listing: Listing, title: str, on: ReportDay) -> Document:
    """The list on paper, the most urgent first. Raises a Refusal for more rows than a paper bears."""
    if listing.total > ON_PAPER:
        raise Refusal("out", TOO_LONG, count=formats.number(listing.total), most=formats.number(ON_PAPER))
    blocks: list[Block] = [
        *wording.notes(sentences(on)),
        Facts([("Hari laporan", formats.long_date(on.day)), ("Tindak lanjut", formats.number(listing.total))]),
        table(listing.rows()) if listing.total else Paragraph("Tidak ada tindak lanjut."),
    ]
    return Document(
        title=title,
        subtitle=f"per {listing.as_of}",
        blocks=blocks,
        author="Tuntas",
        foot=f"{title} · per {listing.as_of}",
        landscape=True,
    )


def table(found: Iterator[Sequence[Value]]) -> Table:
    lines = [
        [
            str(row[0]),
            f"{row[1]}, {row[2]}" if row[1] != row[2] else str(row[1]),
            str(row[5]),
            str(row[6]),
            str(row[8]),
            str(row[9] or "–"),
            formats.date_in_words(day_of(row[12])),
            str(row[13]),
            f"{row[14]}\N{NO-BREAK SPACE}%",
            f"{row[15]}\N{NO-BREAK SPACE}%",
        ]
        for row in found
    ]
    header = ["Nomor", "Unit", "Aspek", "Tindak lanjut", "Status", "Di tangan", "Tenggat", "Lewat tenggat", "Diklaim",
              "Terverifikasi"]  # fmt: skip
    return Table(header, lines, widths=(0.8, 2.6, 1.6, 3, 1.3, 1.1, 1.3, 0.9, 0.9, 1.3), right=frozenset({0, 8, 9}))


def day_of(value: Value) -> date | None:
    return value if isinstance(value, date) else None


def filter_words(by: Narrowing) -> list[str]:
    """What narrows the list, for its last line."""
    said = []
    if by.status is not None:
        said.append(f"status: {formats.label(by.status)}")
    elif by.only_open:
        said.append("belum selesai")
    if by.holder is not None:
        said.append(f"di tangan: {formats.label(by.holder)}")
    if by.only_overdue:
        said.append("lewat tenggat semula" if by.original else "lewat tenggat")
    if by.aspect:
        said.append(f"aspek: {by.aspect}")
    if by.mine is not None:
        said.append("penanggung jawab: saya")
    return said


def narrowing_from(sent: Mapping[str, str], desk: Desk) -> Narrowing:
    """The filter of the list in the site as its address says it; what makes no sense narrows nothing."""
    status, holder, cycle, unit = (sent.get(name, "") for name in ("keadaan", "pemegang", "siklus", "unit"))
    return Narrowing(
        status=FollowUpStatus(status) if status in set(FollowUpStatus) else None,
        only_open=status != "semua",
        only_overdue=bool(sent.get("lewat")),
        original=sent.get("tenggat") == "semula",
        holder=Holder(holder) if holder in set(Holder) else None,
        aspect=sent.get("aspek", "")[:64],
        cycle_id=whole(cycle),
        unit_id=whole(unit),
        mine=desk.actor.id if sent.get("saya") else None,
    )


def whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
