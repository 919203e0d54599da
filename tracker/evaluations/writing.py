"""Writing a confirmed import: a few statements for any number of rows, in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Agency, ServiceUnit
from tracker.directory.states import AgencyKind
from tracker.evaluations.facts import Grounds, RecommendationKey
from tracker.evaluations.models import AspectScore, Evaluation, ImportRow
from tracker.evaluations.plan import ADOPT, NAMED
from tracker.evaluations.states import Outcome, RowKind
from tracker.instruments.models import Cycle
from tracker.kit.db import Model
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.states import Origin, Priority

SCORE = "score."
RESULT_FIELDS = ("official_index", "f03", "band", "zone", "opinion")
RESULT_TOLD = ("official_index", "computed_index", "f03", "band", "zone", "opinion", "is_priority")
RECOMMENDATION_FIELDS = ("aspect", "text", "priority", "indicator", "target", "due_on")
FINDING_FIELDS = ("origin", "addressee", "letter_number", "due_counted")
"""What only rows of findings say."""
LETTER_FIELDS = ("number", "dated_on", "subject", "sender", "addressee")

Told = tuple[int, int | None, dict[str, Any]]
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row of a preview as it was kept."""

    id: int
    kind: RowKind
    outcome: Outcome
    values: Mapping[str, Any]
    before: Mapping[str, Any] | None
    subject_id: int | None


@dataclass(slots=True)
class Writer:
    """One import on its way into the tables. Every step tells of what it wrote."""

    desk: Desk
    ground: Grounds
    rows: Sequence[StagedRow]
    reason: str
    letter_id: int | None
    previous: Mapping[RecommendationKey, tuple[int, int]]
    agencies: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    """New units by their keys; the key of a new agency stands for its root unit."""
    letters: dict[str, int] = field(default_factory=dict)
    """Letters by their numbers, for the recommendations whose row names its own."""
    written: dict[int, int] = field(default_factory=dict)
    """Row of the import -> what it wrote."""

    def write(self) -> None:
        """Everything, parents before children."""
        self.write_agencies()
        self.write_units()
        self.write_cycle()
        self.write_letter()
        self.write_new_results()
        self.write_changed_results()
        self.write_new_recommendations()
        self.write_changed_recommendations()
        self.adopt()
        self.note_subjects()

    def of(self, kind: RowKind, outcome: Outcome) -> list[StagedRow]:
        return [row for row in self.rows if row.kind is kind and row.outcome is outcome]

    def unit_id(self, row: StagedRow) -> int:
        reference = row.values["unit"]
        return reference if isinstance(reference, int) else self.units[reference]

    def tell(self, kind: type[Model], told: Iterable[Told]) -> None:
        self.desk.record_all(Act.IMPORT_RESULTS, kind, told, self.reason)

    def note(self, rows: Sequence[StagedRow], ids: Sequence[int]) -> None:
        self.written |= {row.id: id for row, id in zip(rows, ids, strict=True)}

    # ---- the directory --------------------------------------------------------------------------------------------

    def write_agencies(self) -> None:
        """New agencies, each with the root unit that stands for the whole of it."""
        rows = self.of(RowKind.AGENCY, Outcome.NEW)
        values = [row.values for row in rows]
        ids = self.desk.add_all(Agency, [picked(v, "name", "name_key", "region_id") | kind(v) for v in values])
        self.note(rows, ids)
        self.tell(Agency, ((id, None, {"name": [None, v["name"]]}) for id, v in zip(ids, values, strict=True)))
        roots = [
            picked(v, "name", "name_key", "region_id", "area_id") | {"agency_id": id, "is_root": True}
            for id, v in zip(ids, values, strict=True)
        ]
        root_ids = self.desk.add_all(ServiceUnit, roots)
        self.tell(ServiceUnit, self.told_of_units(root_ids, values))
        self.agencies = {v["key"]: id for id, v in zip(ids, values, strict=True)}
        self.units |= {v["key"]: id for id, v in zip(root_ids, values, strict=True)}

    def write_units(self) -> None:
        rows = self.of(RowKind.UNIT, Outcome.NEW)
        values = [row.values for row in rows]
        facts = [
            picked(v, "name", "name_key", "region_id", "area_id")
            | {"agency_id": self.agencies.get(v["agency"], v["agency"])}
            for v in values
        ]
        ids = self.desk.add_all(ServiceUnit, facts)
        self.note(rows, ids)
        self.tell(ServiceUnit, self.told_of_units(ids, values))
        self.units |= {v["key"]: id for id, v in zip(ids, values, strict=True)}

    def told_of_units(self, ids: Sequence[int], values: Sequence[Mapping[str, Any]]) -> list[Told]:
        return [(id, id, {"name": [None, v["name"]]}) for id, v in zip(ids, values, strict=True)]

    # ---- cycle and letter -----------------------------------------------------------------------------------------

    def write_cycle(self) -> None:
        """Fill the dates that were still empty."""
        for row in self.of(RowKind.CYCLE, Outcome.CHANGED):
            cycle = self.desk.session.scalars(sa.select(Cycle).filter_by(id=self.ground.cycle.id)).one()
            for name, day in row.values.items():
                setattr(cycle, name, date.fromisoformat(day))
            self.desk.record(Act.IMPORT_RESULTS, cycle, self.reason)
            self.written[row.id] = cycle.id

    def write_letter(self) -> None:
        for row in self.rows:
            if row.kind is not RowKind.LETTER:
                continue
            if row.outcome is Outcome.NEW:
                letter = Letter(cycle_id=self.ground.cycle.id, added_by_id=self.desk.actor.id, **letter_values(row))
                self.desk.add(letter)
                self.desk.record(Act.IMPORT_RESULTS, letter, self.reason)
                self.written[row.id] = letter.id
                self.lead_to(row, letter.id)
            elif row.subject_id is not None:
                self.lead_to(row, row.subject_id)
                if row.outcome is Outcome.CHANGED:
                    self.change_letter(row, row.subject_id)

    def lead_to(self, row: StagedRow, letter_id: int) -> None:
        """Recommendations that name this letter lead to it; those without a letter only where it is the file's own."""
        self.letters[row.values["number"]] = letter_id
        if not row.values.get(NAMED):
            self.letter_id = letter_id

    def change_letter(self, row: StagedRow, id: int) -> None:
        """A letter is told of by whoever imports, also where nothing yet leads from it into their area."""
        before = row.before or {}
        changed = {
            name: [before.get(name), value]
            for name in LETTER_FIELDS
            if (value := row.values.get(name)) != before.get(name)
        }
        self.core(Letter, [letter_values(row) | {"b_id": id}])
        self.tell(Letter, [(id, None, changed)])

    # ---- results --------------------------------------------------------------------------------------------------

    def write_new_results(self) -> None:
        rows = self.of(RowKind.EVALUATION, Outcome.NEW)
        facts = [self.result(row) | {"unit_id": self.unit_id(row), "cycle_id": self.ground.cycle.id} for row in rows]
        ids = self.desk.add_all(Evaluation, facts)
        self.note(rows, ids)
        scores = [
            {"evaluation_id": id, "unit_id": each["unit_id"], "aspect_id": aspect_id, "score": score}
            for id, each, row in zip(ids, facts, rows, strict=True)
            for aspect_id, score in self.scores(row)
        ]
        self.desk.add_all(AspectScore, scores)
        self.tell(
            Evaluation,
            ((id, each["unit_id"], changes_of(row)) for id, each, row in zip(ids, facts, rows, strict=True)),
        )

    def write_changed_results(self) -> None:
        rows = self.of(RowKind.EVALUATION, Outcome.CHANGED)
        self.core(Evaluation, [self.result(row) | {"b_id": row.subject_id} for row in rows])
        missing, changed = [], []
        for row in rows:
            had = row.before or {}
            for code, aspect_id in self.ground.aspects.items():
                score = row.values.get(SCORE + code)
                of = {"evaluation_id": row.subject_id, "unit_id": self.unit_id(row), "aspect_id": aspect_id}
                if score is not None and had.get(SCORE + code) is None:
                    missing.append(of | {"score": Decimal(score)})
                elif score is not None and score != had.get(SCORE + code):
                    changed.append({"b_evaluation": row.subject_id, "b_aspect": aspect_id, "b_score": Decimal(score)})
        self.desk.add_all(AspectScore, missing)
        self.change_scores(changed)
        self.tell(Evaluation, ((int(row.subject_id or 0), self.unit_id(row), changes_of(row)) for row in rows))

    def change_scores(self, changed: list[dict[str, Any]]) -> None:
        table: Any = AspectScore.__table__
        statement = (
            sa.update(table)
            .where(table.c.evaluation_id == sa.bindparam("b_evaluation"), table.c.aspect_id == sa.bindparam("b_aspect"))
            .values(score=sa.bindparam("b_score"))
        )
        if changed:
            with as_machine(self.desk.session):
                self.desk.session.connection().execute(statement, changed)

    def result(self, row: StagedRow) -> dict[str, Any]:
        values = row.values
        return {
            "computed_index": figure(values["computed_index"]),
            "official_index": figure(values["official_index"]),
            "f03": figure(values["f03"]),
            "band_id": self.ground.bands.get(values["band"] or ""),
            "is_priority": values["is_priority"],
            "printed_agency": values["printed_agency"],
            "printed_unit": values["printed_unit"],
            "zone": values.get("zone"),
            "opinion": values.get("opinion"),
            "imported": imported_of(row),
        }

    def scores(self, row: StagedRow) -> Iterable[tuple[int, Decimal]]:
        for code, aspect_id in self.ground.aspects.items():
            score = row.values.get(SCORE + code)
            if score is not None:
                yield aspect_id, Decimal(score)

    # ---- recommendations ------------------------------------------------------------------------------------------

    def write_new_recommendations(self) -> None:
        rows = self.of(RowKind.RECOMMENDATION, Outcome.NEW)
        facts = []
        for row in rows:
            unit_id = self.unit_id(row)
            repeats, times = self.previous.get((unit_id, row.values["aspect"], row.values["text_key"]), (None, 0))
            facts.append(
                self.recommendation(row)
                | {"unit_id": unit_id, "cycle_id": self.ground.cycle.id}
                | {"repeats_id": repeats, "times": times + 1}
            )
        ids = self.desk.add_all(Recommendation, facts)
        self.note(rows, ids)
        self.tell(
            Recommendation,
            ((id, each["unit_id"], changes_of(row)) for id, each, row in zip(ids, facts, rows, strict=True)),
        )

    def write_changed_recommendations(self) -> None:
        rows = self.of(RowKind.RECOMMENDATION, Outcome.CHANGED)
        self.core(Recommendation, [self.recommendation(row) | {"b_id": row.subject_id} for row in rows])
        self.tell(Recommendation, ((int(row.subject_id or 0), self.unit_id(row), changes_of(row)) for row in rows))

    def recommendation(self, row: StagedRow) -> dict[str, Any]:
        values = row.values
        return self.finding(row) | {
            "aspect_id": self.ground.aspects[values["aspect"]],
            "indicator_id": self.ground.indicators[int(values["indicator"])] if values["indicator"] else None,
            "text": values["text"],
            "text_key": values["text_key"],
            "priority": Priority(values["priority"]),
            "target_score": figure(values["target"]),
            "due_on": date.fromisoformat(values["due_on"]) if values["due_on"] else None,
            "imported": imported_of(row),
        }

    def finding(self, row: StagedRow) -> dict[str, Any]:
        """Its letter, kind and addressee. A preview from before they were told of leaves them as they are."""
        before: Mapping[str, Any] = {"letter_id": self.letter_id} if row.before is None else row.before
        if "letter_id" not in before:
            return {}
        values = row.values
        return {
            "letter_id": self.letters.get(values.get("letter_number") or "", before["letter_id"]),
            "origin": Origin(values.get("origin") or before.get("origin") or Origin.PLAIN),
            "addressee": values.get("addressee", before.get("addressee")),
        }

    # ---- the rest -------------------------------------------------------------------------------------------------

    def adopt(self) -> None:
        """Where file and site agree already, the import has said it from now on."""
        for kind, model in ((RowKind.EVALUATION, Evaluation), (RowKind.RECOMMENDATION, Recommendation)):
            rows = [row for row in self.of(kind, Outcome.UNCHANGED) if row.values.get(ADOPT)]
            self.core(model, [{"b_id": row.subject_id, "imported": imported_of(row)} for row in rows], told=False)

    def note_subjects(self) -> None:
        noted = [{"b_id": row_id, "subject_id": id} for row_id, id in self.written.items()]
        self.core(ImportRow, noted, told=False)

    def core(self, model: type[Model], rows: Sequence[dict[str, Any]], told: bool = True) -> None:
        """Change many rows by their ids (`b_id`), at the machine's desk; the caller has checked them and tells."""
        change(self.desk, model, rows, told)


def change(desk: Desk, model: type[Model], rows: Sequence[dict[str, Any]], told: bool = True) -> None:
    if not rows:
        return
    table: Any = model.__table__
    values: dict[str, Any] = {name: sa.bindparam(f"v_{name}") for name in rows[0] if name != "b_id"}
    if told:
        values["version"] = table.c.version + 1
    statement = sa.update(table).where(table.c.id == sa.bindparam("b_id")).values(values)
    bound = [{name if name == "b_id" else f"v_{name}": value for name, value in row.items()} for row in rows]
    with as_machine(desk.session):
        desk.session.connection().execute(statement, bound)


def changes_of(row: StagedRow) -> dict[str, Any]:
    """Column -> [before, after], of what people read in a history."""
    before = row.before or {}
    fields = RESULT_TOLD if row.kind is RowKind.EVALUATION else (*RECOMMENDATION_FIELDS, *FINDING_FIELDS[:3])
    names = [*fields, *(name for name in row.values if name.startswith(SCORE))]
    return {
        name: [before.get(name), row.values.get(name)] for name in names if before.get(name) != row.values.get(name)
    }


def imported_of(row: StagedRow) -> dict[str, Any]:
    """What this import said, for the next one to compare with."""
    if row.kind is RowKind.RECOMMENDATION:
        finding = {name: row.values[name] for name in FINDING_FIELDS if name in row.values}
        return finding | {name: row.values.get(name) for name in (*RECOMMENDATION_FIELDS, "text_key", "due_zone")}
    return {name: value for name, value in row.values.items() if name in RESULT_FIELDS or name.startswith(SCORE)}


def letter_values(row: StagedRow) -> dict[str, Any]:
    values = row.values
    day = values.get("dated_on")
    return {
        "number": values["number"],
        "dated_on": date.fromisoformat(day) if day else None,
        **{name: values.get(name) or "" for name in ("subject", "sender", "addressee")},
    }


def kind(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": AgencyKind(values["kind"])}


def picked(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}


def figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
