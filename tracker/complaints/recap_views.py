"""The yearly recapitulation of complaints: a page that prints, a PDF, and the list behind it as a workbook."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from flask import render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.pattern_forms import ABOUT
from tracker.complaints.pattern_views import address, called, names_of, place_name
from tracker.complaints.patterns import JAKARTA, About, Pattern, Share, how_many, within
from tracker.complaints.recap import Recap, latest_year, recap_of, year_of
from tracker.complaints.states import Classification, ComplaintSource, ComplaintStatus
from tracker.complaints.views import pages
from tracker.directory.models import Agency, ServiceUnit
from tracker.kit import content, export, formats
from tracker.kit.documents import Block, Document, Facts, Heading, Paragraph, Table
from tracker.kit.export import Column, Value
from tracker.kit.typesetting import pdf

EARLIEST, LATEST = 2000, 2100
AT_ONCE = 2000


def year_asked(desk: Desk) -> Pattern:
    """Of the address; the past year where it names none."""
    year = request.args.get("tahun", 0, int)
    ids = [request.args.get(name, None, int) for name in ("unit", "instansi", "wilayah")]
    known = [id if id is None or 0 <= id < 2**31 else -1 for id in ids]
    return year_of(year if EARLIEST <= year <= LATEST else latest_year(desk), *known)


def to(endpoint: str, year: Pattern, number: int | None = None) -> str:
    return url_for(
        endpoint, tahun=number or year.since.year, unit=year.unit_id, instansi=year.agency_id, wilayah=year.area_id
    )


@pages.show("/pengaduan/rekap", act=Act.VIEW_COMPLAINTS)
def recap(desk: Desk) -> ResponseReturnValue:
    """January to December, with indicator 28 and the lists behind its numbers."""
    year = year_asked(desk)
    names = names_of(desk, About.ASPECT)
    now = desk.today.year
    return render_template(
        "complaints/recap.html",
        recap=recap_of(desk, year),
        place=place_name(desk, year),
        is_over=year.until < desk.today,
        years=[(each, to("complaints.recap", year, each)) for each in range(now, now - 4, -1)],
        aspects=lambda share: called(names, share.value),
        all_url=address("complaints.pattern_cases", year),
        done_url=address("complaints.pattern_cases", year, hasil="selesai"),
        not_done_url=address("complaints.pattern_cases", year, hasil="belum"),
        of_unit=lambda id, outcome=None: address("complaints.pattern_cases", year, unit=id, hasil=outcome),
        xlsx_url=to("complaints.recap_xlsx", year),
        pdf_url=to("complaints.recap_pdf", year),
        as_of=desk.now,
    )


@pages.show("/pengaduan/rekap/unduh.xlsx", act=Act.VIEW_COMPLAINTS)
def recap_xlsx(desk: Desk) -> ResponseReturnValue:
    """The list behind indicator 28: every complaint that counts, and no word of the citizen."""
    year = year_asked(desk)
    place = place_name(desk, year)
    said = _("Pengaduan tahun %(year)s", year=year.since.year) + (f"; {place}" if place else "")
    last = export.LastRow(how_many(desk, year), formats.moment(desk.now), said, _(export.LAST_ROW))
    stream = io.BytesIO()
    export.write_xlsx(stream, columns(), rows(desk, year), last)
    stream.seek(0)
    name = f"rekap-pengaduan-{year.since.year}.xlsx"
    return send_file(stream, mimetype=content.XLSX, as_attachment=True, download_name=name)


def columns() -> list[Column]:
    return [
        Column(_("Nomor tiket"), 12), Column(_("Sumber"), 16), Column("Tracking ID", 14), Column(_("Unit"), 36),
        Column(_("Instansi"), 30), Column(_("Klasifikasi"), 30), Column(_("Kategori"), 24), Column(_("Aspek"), 24),
        Column(_("Diterima"), 12), Column(_("Status"), 26), Column(_("Selesai"), 12),
        Column(_("Ditindaklanjuti sampai selesai"), 12),
    ]  # fmt: skip


def rows(desk: Desk, year: Pattern) -> Iterator[Sequence[Value]]:
    query = (
        sa.select(
            Complaint.id, Complaint.source, Complaint.tracking_id, ServiceUnit.name, Agency.name,
            Complaint.classification, Complaint.topic, Complaint.aspect_code, Complaint.received_at, Complaint.status,
            Complaint.closed_at,
        )
        .select_from(Complaint)
        .join(ServiceUnit, ServiceUnit.id == Complaint.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .where(within(year))
        .order_by(Complaint.received_at, Complaint.id)
        .execution_options(yield_per=AT_ONCE)
    )  # fmt: skip
    names, yes, no = names_of(desk, About.ASPECT), _("ya"), _("tidak")
    labels: dict[Any, str] = {
        each: formats.label(each) for kind in (ComplaintSource, Classification, ComplaintStatus) for each in kind
    }
    for id, source, tracking, unit, agency, kind, topic, aspect, received, status, closed in desk.session.execute(
        query
    ):
        is_done = status is ComplaintStatus.CLOSED
        yield (
            f"TT-{id:06d}", labels[source], tracking, unit, agency, labels[kind] if kind else None, topic,
            names.get(aspect, aspect) if aspect else None, received.astimezone(JAKARTA).date(), labels[status],
            closed.astimezone(JAKARTA).date() if closed and is_done else None, yes if is_done else no,
        )  # fmt: skip


@pages.show("/pengaduan/rekap/unduh.pdf", act=Act.VIEW_COMPLAINTS)
def recap_pdf(desk: Desk) -> ResponseReturnValue:
    year = year_asked(desk)
    document = paper(desk, recap_of(desk, year), place_name(desk, year))
    name = f"rekap-pengaduan-{year.since.year}.pdf"
    return send_file(io.BytesIO(pdf(document)), mimetype="application/pdf", as_attachment=True, download_name=name)


def paper(desk: Desk, recap: Recap, place: str) -> Document:
    names = names_of(desk, About.ASPECT)
    blocks: list[Block] = [
        Facts(
            [
                (_("Diterima Januari–Desember"), formats.number(recap.received)),
                (_("Diteruskan, bukan kewenangan"), formats.number(recap.forwarded)),
                (_("Diarsipkan, juga yang ganda"), formats.number(recap.archived)),
                (_("Dihitung"), formats.number(recap.counted)),
                (_("Ditindaklanjuti sampai selesai"), formats.number(recap.done)),
                (_("Persentase (indikator 28)"), share_in_words(recap)),
            ]
        ),
        Paragraph(_("Persentase = selesai / (diterima − diteruskan − diarsipkan) × 100, menurut tanggal diterima.")),
    ]
    head = (_("Pengaduan"),)
    blocks += tables(
        [
            (
                _("Klasifikasi"),
                head,
                [(label_of(each), formats.number(n)) for each, n in recap.by_classification.items()],
            ),
            (_("Sumber"), head, [(formats.label(each), formats.number(n)) for each, n in recap.by_source.items()]),
            (_("Status"), head, [(formats.label(each), formats.number(n)) for each, n in recap.by_status.items()]),
            (
                str(ABOUT[About.ASPECT]),
                head,
                [(called(names, each.value), number_of(each)) for each in recap.by_aspect],
            ),
        ]
    )
    blocks += tables([(
        _("Unit"),
        (_("Dihitung"), _("Selesai"), _("Persentase")),
        [
            (f"{each.name}, {each.agency}", formats.number(each.counted), formats.number(each.done),
             percentage(each.percentage))
            for each in recap.units
        ],
    )])  # fmt: skip
    if recap.more_units:
        blocks.append(Paragraph(_("%(number)s unit lainnya ada pada berkas xlsx.", number=recap.more_units)))
    title = _("Rekapitulasi pengaduan tahun %(year)s", year=recap.year)
    return Document(
        title,
        blocks,
        language=formats.language(),
        subtitle=place or _("Semua unit dalam jangkauan"),
        foot=_("Data per %(moment)s", moment=formats.moment(desk.now)),
        page_word=_("Halaman"),
    )


def tables(told: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]]) -> list[Block]:
    blocks: list[Block] = []
    for what, others, lines in told:
        if lines:
            right = frozenset(range(1, len(others) + 1))
            blocks += [Heading(what), Table((what, *others), lines, right=right, caption=what)]
    return blocks


def share_in_words(recap: Recap) -> str:
    return percentage(recap.indicator)


def percentage(figure: Any) -> str:
    """With its decimal, where there is a figure."""
    return _("belum ada data") if figure is None else f"{formats.number(figure, 1)} %"


def label_of(each: Classification | None) -> str:
    return _("Belum diklasifikasi") if each is None else formats.label(each)


def number_of(each: Share) -> str:
    return formats.number(each.number)
