"""The drawings of a report, each beside its table: units by status, verified progress by aspect."""

from tracker.kit import charts
from tracker.kit.documents import Block, Picture
from tracker.progress.rules import Standing
from tracker.reports import wording
from tracker.reports.reading import Reading

LOOKS = {
    Standing.ON_TRACK: "good",
    Standing.AT_RISK: "warn",
    Standing.OFF_TRACK: "bad",
    Standing.NOT_YET: "none",
}
WIDTH = 0.72
"""Of the line."""


def standings_drawn(reading: Reading) -> list[Block]:
    """Nothing where no unit's status can be told: a bar of nothing but blanks says less than the table."""
    if all(standing is Standing.NOT_YET for standing in reading.standings.values()):
        return []
    parts = [
        charts.Part(label, reading.number(each), wording.count(reading.number(each)), LOOKS[each])
        for each, label in wording.STANDINGS.items()
    ]
    title = "Unit menurut status terhadap rencana"
    said = "; ".join(f"{part.label}: {part.text} unit" for part in parts)
    return [Picture(str(charts.stacked_bar("status", title, said, parts)), f"{title}. {said}.", WIDTH)]


def aspects_drawn(reading: Reading) -> list[Block]:
    known = [each for each in reading.aspects if each.verified is not None]
    if not known:
        return []
    bars = [charts.Bar(each.name, each.verified, wording.percent(each.verified)) for each in reading.aspects]
    title = "Kemajuan terverifikasi per aspek"
    said = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    plan = "" if reading.expected is None else f"diharapkan {wording.percent(reading.expected)}"
    if plan:
        said += f"; {plan}"
    drawing = charts.bar_chart("aspek", title, said, bars, 100, reading.expected, plan)
    return [Picture(str(drawing), f"{title}. {said}.", WIDTH)]
