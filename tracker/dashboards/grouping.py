"""The rows of the matrix gathered by province or by kind of agency, each group with its mean and its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.dashboards import queries
from tracker.dashboards.matrix import GroupHead, MatrixRow
from tracker.dashboards.narrowing import Narrowed
from tracker.directory.models import Agency, ServiceUnit
from tracker.kit import formats
from tracker.progress.lines import UnitLine
from tracker.progress.rules import group_mean

PROVINCE_DIGITS = 2
"""A region's code begins with that of its province."""
GIVEN_BY = {"provinsi": "provinsi", "jenis": "jenis"}
"""The part of the address that shows one group alone."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Which group each unit belongs to, and the heading of each."""

    of_unit: Mapping[int, str]
    heads: Mapping[str, GroupHead]

    def place(self, line: UnitLine) -> tuple[bool, str, str]:
        """Groups by name; units that belong to none come last. Within a group the order stays."""
        word = self.of_unit[line.id]
        return not word, self.heads[word].label, word

    def headed(self, rows: Sequence[MatrixRow], lines: Sequence[UnitLine], before: UnitLine | None) -> list[MatrixRow]:
        """The rows, with the heading above the first of each group that `before` did not belong to."""
        last = None if before is None else self.of_unit[before.id]
        found = []
        for row, line in zip(rows, lines, strict=True):
            word = self.of_unit[line.id]
            found.append(row if word == last else replace(row, group=self.heads[word]))
            last = word
        return found


def groups(desk: Desk, narrowed: Narrowed, lines: Sequence[UnitLine]) -> Groups | None:
    """None where the filter gathers nothing."""
    if not narrowed.group:
        return None
    of_unit = by_province(lines) if narrowed.group == "provinsi" else by_kind(desk, narrowed)
    labels = {choice.value: str(choice.label) for choice in narrowed.form[narrowed.group].choices if choice.value}
    gathered: dict[str, list[UnitLine]] = {}
    for line in lines:
        gathered.setdefault(of_unit[line.id], []).append(line)
    return Groups(of_unit, {word: head(narrowed, word, labels, members) for word, members in gathered.items()})


def by_province(lines: Sequence[UnitLine]) -> dict[int, str]:
    return {line.id: (line.row.region_code or "")[:PROVINCE_DIGITS] for line in lines}


def by_kind(desk: Desk, narrowed: Narrowed) -> dict[int, str]:
    query = queries.narrowed_units(desk, narrowed.by).with_only_columns(ServiceUnit.id, Agency.kind)
    return {unit_id: kind.value for unit_id, kind in desk.session.execute(query)}


def head(narrowed: Narrowed, word: str, labels: Mapping[str, str], members: Sequence[UnitLine]) -> GroupHead:
    mean = group_mean(line.row.verified for line in members)
    words = _(
        "rata-rata terverifikasi: %(mean)s · %(with)s unit, %(without)s belum ada data",
        **{
            "mean": formats.percent(mean.mean),
            "with": formats.number(mean.with_figure),
            "without": formats.number(mean.without_figure),
        },
    )
    url = narrowed.address(kelompok=None, **{GIVEN_BY[narrowed.group]: word}) if word else ""
    return GroupHead(labels.get(word, _("Pusat, tanpa provinsi")), url, words)
