"""The pictures of the overview, with their words in the reader's language."""

from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from tracker.dashboards.figures import FIGURES, HELD
from tracker.dashboards.state import State
from tracker.kit import charts, formats

STANDINGS = (("sesuai", "good"), ("berisiko", "warn"), ("tertinggal", "bad"), ("tanpa-data", "none"))


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, and what it says in one sentence."""

    svg: Markup
    summary: str


def standing_chart(state: State) -> Picture:
    """The units by how verified compares with expected."""
    total = state.counts["unit"]
    parts = [
        charts.Part(_(FIGURES[code].label), state.counts[code], share_of(state.counts[code], total), look)
        for code, look in STANDINGS
    ]
    told = "; ".join(f"{formats.number(part.number)} {part.label.lower()}" for part in parts)
    summary = _("%(total)s unit: %(told)s.", total=formats.number(total), told=told)
    return Picture(charts.stacked_bar("status", _("Unit menurut status terhadap rencana"), summary, parts), summary)


def share_of(number: int, total: int) -> str:
    """5 (16 %); whole percents downwards, as on every page."""
    return f"{formats.number(number)} ({formats.percent(100 * number // total)})" if total else formats.number(number)


def progress_chart(state: State) -> Picture:
    """Verified and claimed beside what is expected today."""
    bars = [
        charts.Bar(_("Terverifikasi"), state.verified.mean, said(state.verified.mean)),
        charts.Bar(_("Diklaim unit"), state.claimed.mean, said(state.claimed.mean)),
    ]
    expected = (
        _("diharapkan hari ini %(share)s", share=formats.percent(state.expected))
        if state.expected is not None
        else _("kemajuan yang diharapkan belum dapat dihitung")
    )
    summary = _(
        "Terverifikasi %(verified)s, diklaim %(claimed)s, %(expected)s.",
        verified=said(state.verified.mean), claimed=said(state.claimed.mean), expected=expected,
    )  # fmt: skip
    title = _("Kemajuan, rata-rata unit")
    told = expected if state.expected is not None else ""
    return Picture(charts.bar_chart("kemajuan", title, summary, bars, 100, state.expected, told), summary)


def said(share: object) -> str:
    return _("belum ada data") if share is None else formats.percent(share)  # type: ignore[arg-type]


def holders_chart(state: State) -> Picture:
    """The open follow-ups by who holds them."""
    bars = [
        charts.Bar(_(label), state.counts[f"bola-{holder}"], formats.number(state.counts[f"bola-{holder}"]))
        for holder, label in HELD.items()
    ]
    summary = _(
        "%(open)s tindak lanjut terbuka, %(late)s di antaranya lewat tenggat.",
        open=formats.number(state.counts["terbuka"]), late=formats.number(state.counts["lewat-tenggat"]),
    )  # fmt: skip
    return Picture(charts.bar_chart("pemegang", _("Tindak lanjut terbuka menurut pemegang"), summary, bars), summary)
