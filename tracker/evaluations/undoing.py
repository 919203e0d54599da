"""Undoing an import while nothing hangs on it: what stood before stands again, and what was new is gone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Agency, ServiceUnit
from tracker.evaluations.models import AspectScore, Evaluation, ImportDraft, ImportRow
from tracker.evaluations.operations import SEALED
from tracker.evaluations.standing import grounds
from tracker.evaluations.states import ImportStatus, Outcome, RowKind
from tracker.evaluations.writing import SCORE, StagedRow, change, figure
from tracker.followups.models import FollowUp
from tracker.instruments.states import CycleStatus
from tracker.kit.db import BATCH, Model
from tracker.kit.refusal import Refusal
from tracker.kit.rows import InUnit, Recorded
from tracker.kit.words import N_
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.states import Origin, Priority

NOT_WRITTEN = N_("Hanya impor yang sudah selesai dapat dibatalkan.")
FOLLOW_UPS = N_("Sudah ada %(count)s tindak lanjut pada rekomendasi dari impor ini.")
REPEATED = N_("%(count)s rekomendasi dari impor ini sudah direkomendasikan kembali di siklus lain.")
EDITED = N_("%(count)s baris dari impor ini sudah diubah sesudahnya.")
LETTER_USED = N_("Surat dari impor ini sudah dipakai rekomendasi lain.")
UNITS_USED = N_("Unit atau instansi yang dibuat impor ini sudah dipakai di bagian lain.")
MODELS: Mapping[RowKind, type[Any]] = {
    RowKind.EVALUATION: Evaluation,
    RowKind.RECOMMENDATION: Recommendation,
    RowKind.LETTER: Letter,
    RowKind.AGENCY: Agency,
    RowKind.UNIT: ServiceUnit,
}


def undo_import(desk: Desk, draft: ImportDraft) -> None:
    """Put everything back. Raises Refusal, with the reason, where something hangs on what the import wrote."""
    if draft.status is not ImportStatus.DONE:
        raise Refusal("", NOT_WRITTEN)
    if draft.cycle.status is not CycleStatus.OPEN:
        raise Refusal("", SEALED)
    with as_machine(desk.session):
        undoing = Undoing.of(desk, draft)
        for message, count in undoing.hanging():
            raise Refusal("", message, count=count)
    undoing.carry_out()
    draft.status = ImportStatus.UNDONE
    draft.undone_at = desk.now
    desk.record(Act.UNDO_IMPORT, draft)


def reasons_against(desk: Desk, draft: ImportDraft) -> list[tuple[str, int]]:
    """What keeps an import from being undone, for the page to say before anybody asks."""
    with as_machine(desk.session):
        return list(Undoing.of(desk, draft).hanging())


@dataclass(slots=True)
class Undoing:
    """What one import wrote, by kind, and the ids of what it made."""

    desk: Desk
    draft: ImportDraft
    rows: Sequence[StagedRow]
    root_ids: Sequence[int]
    new: dict[RowKind, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, desk: Desk, draft: ImportDraft) -> "Undoing":
        rows = written_rows(desk.session, draft.id)
        new = {kind: [row.subject_id or 0 for row in rows if is_new(row, kind)] for kind in RowKind}
        roots: list[int] = []
        for some in batches(new[RowKind.AGENCY]):
            of_agencies = sa.select(ServiceUnit.id).where(ServiceUnit.agency_id.in_(some), ServiceUnit.is_root)
            roots += desk.session.scalars(of_agencies)
        return cls(desk, draft, rows, roots, new)

    @property
    def new_units(self) -> list[int]:
        return [*self.new[RowKind.UNIT], *self.root_ids]

    # ---- what hangs on it -----------------------------------------------------------------------------------------

    def hanging(self) -> Iterator[tuple[str, int]]:
        """Each reason with its count; none where the import may be undone."""
        checks = (
            (FOLLOW_UPS, self.follow_ups()),
            (REPEATED, self.count(Recommendation, Recommendation.repeats_id, self.new[RowKind.RECOMMENDATION])),
            (EDITED, self.edited()),
            (LETTER_USED, self.uses_of_letter()),
            (UNITS_USED, self.uses_of_directory()),
        )
        yield from ((message, count) for message, count in checks if count)

    def count(self, model: type[Any], column: Any, ids: Iterable[int], *criteria: Any) -> int:
        found = 0
        for some in batches(list(ids)):
            query = sa.select(sa.func.count()).select_from(model).where(column.in_(some), *criteria)
            found += self.desk.session.scalar(query) or 0
        return found

    def follow_ups(self) -> int:
        """On new recommendations any, on changed ones those that were assigned since."""
        changed = [row.subject_id or 0 for row in self.rows if is_changed(row, RowKind.RECOMMENDATION)]
        later = FollowUp.assigned_at >= self.draft.written_at
        return self.count(FollowUp, FollowUp.recommendation_id, self.new[RowKind.RECOMMENDATION]) + self.count(
            FollowUp, FollowUp.recommendation_id, changed, later
        )

    def edited(self) -> int:
        """Rows whose version is no longer the one that the import left behind, and dates that are no longer its own."""
        found = 0
        for kind, model in MODELS.items():
            left = {
                row.subject_id or 0: 1 if row.outcome is Outcome.NEW else (row.before or {})["version"] + 1
                for row in self.rows
                if row.kind is kind
            }
            now: dict[int, int] = {}
            for some in batches(list(left)):
                now |= dict(
                    self.desk.session.execute(sa.select(model.id, model.version).where(model.id.in_(some))).all()
                )
            found += sum(now.get(id) != version for id, version in left.items())
        return found + self.edited_dates()

    def edited_dates(self) -> int:
        cycle = self.draft.cycle
        return sum(
            getattr(cycle, name) != date.fromisoformat(day)
            for row in self.rows
            if row.kind is RowKind.CYCLE
            for name, day in row.values.items()
        )

    def uses_of_letter(self) -> int:
        """Recommendations that lead to a letter of this import and are not of this import."""
        leading: set[int] = set()
        for some in batches(self.new[RowKind.LETTER]):
            leading |= set(
                self.desk.session.scalars(sa.select(Recommendation.id).where(Recommendation.letter_id.in_(some)))
            )
        return len(leading - {row.subject_id for row in self.rows if row.kind is RowKind.RECOMMENDATION})

    def uses_of_directory(self) -> int:
        """Rows anywhere that refer to a unit or agency of this import, beside its own rows and the figures."""
        own = {model.__tablename__: set(self.new[kind]) for kind, model in MODELS.items()}
        own["service_unit"] |= set(self.root_ids)
        targets = {"service_unit": self.new_units, "agency": self.new[RowKind.AGENCY]}
        apart = {figures.__tablename__ for figures in figure_models()} | {AspectScore.__tablename__}
        found = 0
        for mapper in Model.registry.mappers:
            table: Any = mapper.local_table
            if table.name in apart:
                continue
            for column in table.c:
                for key in column.foreign_keys:
                    ids = targets.get(key.column.table.name, [])
                    found += len(self.referring(table, column, ids) - own.get(table.name, set()))
        return found

    def referring(self, table: Any, column: Any, ids: list[int]) -> set[int]:
        found: set[int] = set()
        key = table.c.get("id", column)  # some tables have a key of another name
        for some in batches(ids):
            found |= set(self.desk.session.scalars(sa.select(key).where(column.in_(some))))
        return found

    # ---- putting back ---------------------------------------------------------------------------------------------

    def carry_out(self) -> None:
        desk, session = self.desk, self.desk.session
        for kind, model in MODELS.items():
            told = ((row.subject_id or 0, self.unit_of(row), told_back(row)) for row in self.rows if row.kind is kind)
            desk.record_all(Act.UNDO_IMPORT, model, list(told), self.draft.file_name)
        self.put_back()
        with as_machine(session):
            self.delete(Recommendation, self.new[RowKind.RECOMMENDATION])
            self.delete(AspectScore, self.new[RowKind.EVALUATION], AspectScore.evaluation_id)
            self.delete(Evaluation, self.new[RowKind.EVALUATION])
            self.delete(Letter, self.new[RowKind.LETTER])
            for figures in figure_models():
                self.delete(figures, self.new_units, figures.unit_id)
            self.delete(ServiceUnit, self.new_units)
            self.delete(Agency, self.new[RowKind.AGENCY])
        gone = set(self.new_units)
        session.info["units"] = session.info.get("units", set()) - gone
        session.expire_all()

    def unit_of(self, row: StagedRow) -> int | None:
        """Whose history tells of the row. A unit that came with the import goes with it, and so does its history."""
        reference = row.values.get("unit")
        return reference if isinstance(reference, int) else None

    def put_back(self) -> None:
        session = self.desk.session
        with as_machine(session):
            ground = grounds(session, self.draft.cycle_id)
        changed = [row for row in self.rows if row.outcome is Outcome.CHANGED]
        results = [row for row in changed if row.kind is RowKind.EVALUATION]
        change(self.desk, Evaluation, [result_before(row, ground.bands) for row in results])
        self.put_back_scores(results, ground.aspects)
        recommendations = [row for row in changed if row.kind is RowKind.RECOMMENDATION]
        change(
            self.desk,
            Recommendation,
            [recommendation_before(row, ground.aspects, ground.indicators) for row in recommendations],
        )
        change(self.desk, Letter, [letter_before(row) for row in changed if row.kind is RowKind.LETTER])
        for row in changed:
            if row.kind is RowKind.CYCLE:
                cycle = self.draft.cycle
                for name in row.values:
                    setattr(cycle, name, None)
                self.desk.record(Act.UNDO_IMPORT, cycle, self.draft.file_name)

    def put_back_scores(self, rows: Sequence[StagedRow], aspects: Mapping[str, int]) -> None:
        for row in rows:
            before = row.before or {}
            for code, aspect_id in aspects.items():
                old, new = before.get(SCORE + code), row.values.get(SCORE + code)
                if old == new:
                    continue
                table: Any = AspectScore.__table__
                its = (table.c.evaluation_id == row.subject_id, table.c.aspect_id == aspect_id)
                statement: Any = sa.delete(table).where(*its)
                if old is not None:
                    statement = sa.update(table).where(*its).values(score=Decimal(old))
                with as_machine(self.desk.session):
                    self.desk.session.connection().execute(statement)

    def delete(self, model: type[Any], ids: Sequence[int], column: Any = None) -> None:
        key = model.id if column is None else column
        for some in batches(ids):
            self.desk.session.execute(
                sa.delete(model).where(key.in_(some)), execution_options={"synchronize_session": False}
            )


def written_rows(session: Session, draft_id: int) -> list[StagedRow]:
    columns = (ImportRow.id, ImportRow.kind, ImportRow.outcome, ImportRow.values, ImportRow.before)
    kept = session.execute(
        sa.select(*columns, ImportRow.subject_id)
        .where(ImportRow.draft_id == draft_id, ImportRow.outcome.in_((Outcome.NEW, Outcome.CHANGED)))
        .order_by(ImportRow.id)
    )
    return [StagedRow(*row) for row in kept]


def figure_models() -> list[type[Any]]:
    """Tables of recalculated figures: they belong to a unit, and nobody decides what is in them."""
    kinds = (mapper.class_ for mapper in Model.registry.mappers)
    return [kind for kind in kinds if issubclass(kind, InUnit) and not issubclass(kind, Recorded)]


def is_new(row: StagedRow, kind: RowKind) -> bool:
    return row.kind is kind and row.outcome is Outcome.NEW


def is_changed(row: StagedRow, kind: RowKind) -> bool:
    return row.kind is kind and row.outcome is Outcome.CHANGED


def told_back(row: StagedRow) -> dict[str, Any]:
    """Column -> [what the import wrote, what stands again]."""
    before = row.before or {}
    apart = {
        "unit", "key", "who", "due_zone", "due_counted", "named", "text_key", "agency", "name_key", "region_id",
        "area_id",
    }  # fmt: skip
    names = (name for name in row.values if name not in apart)
    return {name: [row.values[name], before.get(name)] for name in names if row.values[name] != before.get(name)}


def result_before(row: StagedRow, bands: Mapping[str, int]) -> dict[str, Any]:
    before = row.before or {}
    return {
        "b_id": row.subject_id,
        "official_index": figure(before["official_index"]),
        "computed_index": figure(before["computed_index"]),
        "f03": figure(before["f03"]),
        "band_id": bands.get(before["band"] or ""),
        "is_priority": before["is_priority"],
        "printed_agency": before["printed_agency"],
        "printed_unit": before["printed_unit"],
        "zone": before.get("zone"),
        "opinion": before.get("opinion"),
        "imported": before["imported"],
    }


def recommendation_before(row: StagedRow, aspects: Mapping[str, int], indicators: Mapping[int, int]) -> dict[str, Any]:
    before = row.before or {}
    finding = {}
    if "letter_id" in before:
        finding = {name: before[name] for name in ("letter_id", "addressee")} | {"origin": Origin(before["origin"])}
    return finding | {
        "b_id": row.subject_id,
        "aspect_id": aspects[before["aspect"]],
        "indicator_id": indicators[int(before["indicator"])] if before["indicator"] else None,
        "text": before["text"],
        "text_key": before["text_key"],
        "priority": Priority(before["priority"]),
        "target_score": figure(before["target"]),
        "due_on": date.fromisoformat(before["due_on"]) if before["due_on"] else None,
        "imported": before["imported"],
    }


def letter_before(row: StagedRow) -> dict[str, Any]:
    before = row.before or {}
    return {
        "b_id": row.subject_id,
        "number": before["number"],
        "dated_on": date.fromisoformat(before["dated_on"]) if before["dated_on"] else None,
        "subject": before["subject"] or "",
        "sender": before["sender"] or "",
        "addressee": before["addressee"] or "",
    }


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
