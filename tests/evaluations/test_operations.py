"""Preview, confirmation, conflict with edits in the site, undoing, and priority units by hand."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.evaluations.conftest import LOW, SAMPLE, TUAL, recommended, results, workbook
from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import Agency, Contact, ServiceUnit, SupervisionArea
from tracker.directory.states import Role
from tracker.evaluations import operations
from tracker.evaluations.models import AspectScore, Evaluation, ImportDraft, ImportRow
from tracker.evaluations.operations import Outdated
from tracker.evaluations.states import ImportStatus, Outcome
from tracker.evaluations.undoing import undo_import
from tracker.events.models import Event
from tracker.instruments.models import Cycle
from tracker.kit.db import Model
from tracker.kit.files import FileStore
from tracker.kit.refusal import Refusal
from tracker.progress.models import UnitProgress
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.rules import text_key
from tracker.recommendations.states import Priority

CODE_OF_ETHICS = (*TUAL, "Profesionalisme SDM", "Menetapkan kode etik", "Sedang", "30 Juni 2020")
SAID = recommended(CODE_OF_ETHICS)
Import = Callable[..., ImportDraft]


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


@pytest.fixture
def preview(app: Flask, ground: Desk, cycle: Cycle, store: FileStore) -> Import:
    def draft(data: bytes, desk: Desk = ground, create_units: bool = True) -> ImportDraft:
        return operations.receive(desk, store, BytesIO(data), "hasil.xlsx", cycle.id, create_units)

    return draft


@pytest.fixture
def bring(preview: Import, ground: Desk, store: FileStore) -> Import:
    def confirmed(data: bytes, desk: Desk = ground) -> ImportDraft:
        draft = preview(data, desk)
        operations.confirm_import(desk, draft, store)
        desk.session.commit()
        return draft

    return confirmed


def one(desk: Desk, kind: type[Model]) -> object:
    desk.session.expire_all()
    return desk.session.scalars(sa.select(kind)).one()


def outcomes(desk: Desk, draft: ImportDraft) -> dict[str, Outcome]:
    rows = desk.all(sa.select(ImportRow).where(ImportRow.draft_id == draft.id))
    return {row.kind.value: row.outcome for row in rows}


def the_recommendation(desk: Desk) -> Recommendation:
    desk.session.expire_all()
    return desk.session.scalars(sa.select(Recommendation)).one()


def edit(desk: Desk, **values: object) -> None:
    """As the form of recommendations does it."""
    recommendation = the_recommendation(desk)
    for name, value in values.items():
        setattr(recommendation, name, value)
    recommendation.text_key = text_key(recommendation.text)
    desk.record(Act.EDIT_RECOMMENDATION, recommendation)
    desk.session.commit()


def test_a_preview_writes_no_result(preview: Import, ground: Desk) -> None:
    draft = preview(SAMPLE.read_bytes())
    assert draft.status is ImportStatus.PREVIEWED
    assert ground.session.scalar(sa.select(sa.func.count(Evaluation.id))) == 0
    assert draft.summary["counts"]["evaluation"] == {"new": 20}
    assert draft.summary["counts"]["agency"] == {"new": 20}


def test_figures_follow_a_confirmation_in_the_same_transaction(bring: Import, ground: Desk) -> None:
    bring(workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=SAID))
    progress = ground.session.scalars(sa.select(UnitProgress)).one()
    assert (progress.recommendations, progress.unassigned) == (1, 1)


def test_a_changed_score_is_written_and_told(bring: Import, ground: Desk) -> None:
    bring(workbook(Hasil=results((*TUAL, *LOW))))
    draft = bring(workbook(Hasil=results((*TUAL, 4, *LOW[1:]))))
    assert outcomes(ground, draft) == {"evaluation": Outcome.CHANGED}
    evaluation = ground.session.scalars(sa.select(Evaluation)).one()
    assert str(evaluation.computed_index) == "2.43"
    assert not evaluation.is_priority
    told = ground.session.scalars(
        sa.select(Event).filter_by(subject_type="Evaluation").order_by(Event.id.desc())
    ).first()
    assert told is not None
    assert told.changes["score.kebijakan"] == ["1.5500", "4.0000"]


def test_what_was_edited_in_the_site_is_a_conflict_and_stays(bring: Import, ground: Desk) -> None:
    file = workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=SAID)
    bring(file)
    edit(ground, priority=Priority.HIGH)
    draft = bring(file)
    assert outcomes(ground, draft)["recommendation"] is Outcome.CONFLICT
    assert the_recommendation(ground).priority is Priority.HIGH


def test_a_text_edited_in_the_site_comes_back_as_a_conflict_not_as_a_second_one(bring: Import, ground: Desk) -> None:
    file = workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=SAID)
    bring(file)
    edit(ground, text="Menetapkan kode etik dan mengumumkannya")
    draft = bring(file)
    assert outcomes(ground, draft)["recommendation"] is Outcome.CONFLICT
    assert the_recommendation(ground).text == "Menetapkan kode etik dan mengumumkannya"


def test_once_file_and_site_agree_the_next_file_may_change_it(bring: Import, ground: Desk) -> None:
    def said(priority: str) -> bytes:
        return workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=recommended((*CODE_OF_ETHICS[:5], priority)))

    bring(said("Sedang"))
    edit(ground, priority=Priority.HIGH)
    assert outcomes(ground, bring(said("Tinggi")))["recommendation"] is Outcome.UNCHANGED
    assert outcomes(ground, bring(said("Rendah")))["recommendation"] is Outcome.CHANGED
    assert the_recommendation(ground).priority is Priority.LOW


def test_a_refused_row_keeps_the_preview_from_being_confirmed(preview: Import, ground: Desk, store: FileStore) -> None:
    draft = preview(workbook(Hasil=results((*TUAL, *LOW), (*TUAL, *LOW))))
    with pytest.raises(Refusal):
        operations.confirm_import(ground, draft, store)
    assert ground.session.scalar(sa.select(sa.func.count(Evaluation.id))) == 0


def test_what_changed_since_the_preview_is_previewed_again(
    preview: Import, bring: Import, ground: Desk, store: FileStore
) -> None:
    file = workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=SAID)
    bring(file)
    later = workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=recommended((*CODE_OF_ETHICS[:5], "Rendah")))
    draft = preview(later)
    edit(ground, priority=Priority.HIGH)
    with pytest.raises(Outdated):
        operations.confirm_import(ground, draft, store)
    assert the_recommendation(ground).priority is Priority.HIGH
    assert draft.status is ImportStatus.PREVIEWED
    assert outcomes(ground, draft)["recommendation"] is Outcome.CONFLICT


def test_a_change_elsewhere_does_not_hold_up_a_confirmation(
    preview: Import, ground: Desk, store: FileStore, make: Make, cycle: Cycle
) -> None:
    draft = preview(workbook(Hasil=results((*TUAL, *LOW))))
    make.evaluation(cycle=cycle)
    operations.confirm_import(ground, draft, store)
    assert draft.status is ImportStatus.DONE


def test_confirming_twice_is_refused(bring: Import, ground: Desk, store: FileStore) -> None:
    draft = bring(workbook(Hasil=results((*TUAL, *LOW))))
    with pytest.raises(Refusal):
        operations.confirm_import(ground, draft, store)


def test_undoing_leaves_nothing_of_a_first_import(bring: Import, ground: Desk, cycle: Cycle) -> None:
    draft = bring(SAMPLE.read_bytes())
    undo_import(ground, draft)
    ground.session.commit()
    left = [
        ground.session.scalar(sa.select(sa.func.count()).select_from(kind))
        for kind in (Evaluation, AspectScore, Recommendation, Letter, ServiceUnit, Agency, UnitProgress)
    ]
    assert left == [0] * 7
    ground.session.refresh(cycle)
    assert (cycle.letter_on, cycle.opening_on) == (None, None)
    assert draft.status is ImportStatus.UNDONE
    assert ground.session.scalar(sa.select(sa.func.count()).where(Event.act == Act.UNDO_IMPORT)) == 20 + 48 + 1 + 40 + 2


def test_undoing_a_change_puts_back_what_stood(bring: Import, ground: Desk) -> None:
    bring(workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=SAID))
    changed = recommended((*CODE_OF_ETHICS[:5], "Tinggi", "1 Juli 2020"))
    draft = bring(workbook(Hasil=results((*TUAL, 4, *LOW[1:], "2,6")), Rekomendasi=changed))
    undo_import(ground, draft)
    ground.session.commit()
    recommendation = the_recommendation(ground)
    assert (recommendation.priority, str(recommendation.due_on)) == (Priority.MEDIUM, "2020-06-30")
    evaluation = ground.session.scalars(sa.select(Evaluation)).one()
    assert (str(evaluation.index), evaluation.official_index, evaluation.is_priority) == ("1.70", None, True)
    assert {str(score.score) for score in evaluation.scores} == {f"{score:.4f}" for score in LOW}
    assert outcomes(ground, bring(workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=SAID))) == {
        "evaluation": Outcome.UNCHANGED,
        "recommendation": Outcome.UNCHANGED,
    }


def test_what_hangs_on_an_import_keeps_it_from_being_undone(bring: Import, ground: Desk, make: Make) -> None:
    draft = bring(workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=SAID))
    make.follow_up(recommendation=the_recommendation(ground))
    with pytest.raises(Refusal, match="1 tindak lanjut"):
        undo_import(ground, draft)


def test_a_later_edit_keeps_an_import_from_being_undone(bring: Import, ground: Desk) -> None:
    draft = bring(workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=SAID))
    edit(ground, priority=Priority.HIGH)
    with pytest.raises(Refusal, match="diubah sesudahnya"):
        undo_import(ground, draft)


def test_a_new_unit_that_is_used_keeps_its_import_from_being_undone(bring: Import, ground: Desk, make: Make) -> None:
    draft = bring(workbook(Hasil=results((*TUAL, *LOW))))
    unit = ground.session.scalars(sa.select(ServiceUnit).where(~ServiceUnit.is_root)).one()
    make.contact(unit)
    with pytest.raises(Refusal, match="sudah dipakai"):
        undo_import(ground, draft)
    assert ground.session.scalar(sa.select(sa.func.count(Contact.id))) == 1


def test_only_a_finished_import_can_be_undone(preview: Import, ground: Desk) -> None:
    with pytest.raises(Refusal):
        undo_import(ground, preview(SAMPLE.read_bytes()))


def test_an_assistant_deputy_imports_set_wise_within_the_own_area(
    bring: Import, ground: Desk, make: Make, desk_of: Callable[..., Desk], area_iii: SupervisionArea
) -> None:
    user = make.user(Role.ASSISTANT_DEPUTY, area=area_iii)
    ground.session.commit()
    desk = desk_of(user)
    draft = bring(SAMPLE.read_bytes(), desk)
    assert draft.status is ImportStatus.DONE
    assert {event.actor_id for event in desk.all(sa.select(Event).where(Event.subject_type == "Evaluation"))} == {
        user.id
    }
    undo_import(desk, draft)
    desk.session.commit()
    assert desk.session.scalar(sa.select(sa.func.count(Evaluation.id))) == 0


def test_a_unit_made_priority_by_hand_stays_so_through_imports(bring: Import, ground: Desk) -> None:
    file = workbook(Hasil=results((*TUAL, *(3,) * 6)))
    bring(file)
    evaluation = ground.session.scalars(sa.select(Evaluation)).one()
    operations.set_priority(ground, evaluation, True, "Diminta gubernur")
    ground.session.commit()
    bring(workbook(Hasil=results((*TUAL, *(4,) * 6))))
    ground.session.refresh(evaluation)
    assert (str(evaluation.index), evaluation.is_priority) == ("4.00", True)


def test_priority_by_hand_needs_a_reason(make: Make, machine: Desk) -> None:
    with pytest.raises(Refusal):
        operations.set_priority(machine, make.evaluation(), False, "  ")
