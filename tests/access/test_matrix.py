"""Every role knocks at every door: on a foreign unit's row it finds nothing, and where it never may, it is told so."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.conftest import MORNING
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.policy import POLICY
from tracker.access.scope import as_machine
from tracker.complaints.import_models import ComplaintImport
from tracker.complaints.request_models import DataRequest
from tracker.complaints.states import ComplaintSource, DataRequestKind
from tracker.dashboards.saved_models import SavedView
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.kit.db import Model
from tracker.kit.rows import InUnit, Reference
from tracker.reminders.models import Pause
from tracker.reports.models import ReportRun
from tracker.reports.states import Kind
from tracker.wiring import create_app


def foreign_row(make: Make, kind: type[Model], foreign: ServiceUnit) -> Any:
    """A row of this kind that belongs to a unit nobody here has anything to do with."""
    of_unit: dict[str, Callable[[], Any]] = {
        "ServiceUnit": lambda: foreign,
        "FollowUp": lambda: make.follow_up(foreign),
        "Recommendation": lambda: make.recommendation(foreign),
        "Evaluation": lambda: make.evaluation(foreign, cycle=make.cycle()),
        "Evidence": lambda: make.evidence(make.follow_up(foreign)),
        "Extension": lambda: make.extension(make.follow_up(foreign)),
        "Submission": lambda: make.submission(make.follow_up(foreign)),
        "CorrectiveAction": lambda: make.action(make.follow_up(foreign)),
        "Complaint": lambda: make.complaint(foreign),
        "ComplaintImport": lambda: make.save(
            ComplaintImport(
                source=ComplaintSource.LAPOR,
                file_name="1.csv",
                digest="0" * 64,
                added_by_id=make.user(Role.COMPLAINT_OFFICER, unit=foreign).id,
                added_at=MORNING,
            )
        ),
        "DataRequest": lambda: make.save(
            DataRequest(unit_id=foreign.id, kind=DataRequestKind.COPY, asked_by="Dengan surat", at=MORNING)
        ),
        "Contact": lambda: make.contact(foreign),
        "Letter": lambda: make.recommendation(foreign, letter_id=make.letter().id).letter,
        "User": lambda: make.user(Role.UNIT_OFFICER, unit=foreign),
        "Membership": lambda: make.user(Role.UNIT_OFFICER, unit=foreign).memberships[0],
        "ImportDraft": lambda: make.import_draft(make.user(Role.ASSISTANT_DEPUTY, unit=foreign)),
        "Delivery": lambda: make.delivery(make.user(Role.UNIT_OFFICER, unit=foreign)),
        "Pause": lambda: make.save(
            Pause(unit_id=foreign.id, reason="Banjir", until=date(2026, 3, 20), paused_at=MORNING)
        ),
        "MentoringSession": lambda: make.session_of(foreign),
        "SessionUnit": lambda: make.session_of(foreign).units[0],
        "SessionPaper": lambda: make.session_paper(make.session_of(foreign)),
        "Participant": lambda: make.participant(make.session_of(foreign)),
        "Commitment": lambda: make.commitment(make.session_of(foreign)),
        "ReportRun": lambda: make.save(
            ReportRun(
                user_id=make.user(Role.UNIT_OFFICER, unit=foreign).id,
                kind=Kind.UNIT,
                about=str(foreign.id),
                cycle="",
                ending=".pdf",
                title="Laporan",
                requested_at=MORNING,
            )
        ),
        "SavedView": lambda: make.save(
            SavedView(
                user_id=make.user(Role.UNIT_OFFICER, unit=foreign).id,
                name="Milik orang lain",
                name_key="milik orang lain",
                page="dashboards.overview",
                arguments={},
                made_at=MORNING,
            )
        ),
        "UserSession": lambda: make.sign_in_of(make.user(Role.UNIT_OFFICER, unit=foreign)),
    }
    return of_unit[kind.__name__]()


def doors(app: Flask) -> list[tuple[Rule, Act, type[Model] | None]]:
    found = []
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        if not POLICY[view.act].public:
            found.append((rule, view.act, view.on))
    return found


@pytest.mark.parametrize("role", list(Role))
def test_no_role_gets_at_a_foreign_units_row(app: Flask, make: Make, site: Site, role: Role) -> None:
    area = make.area()
    own, foreign = make.unit("Unit sendiri", area), make.unit("Unit lain")
    scope: dict[Role, dict[str, Model]] = {
        Role.COORDINATOR: {"agency": own.agency},
        Role.ASSISTANT_DEPUTY: {"area": area},
    }
    site.sign_in(make.user(role, **scope.get(role, {"unit": own})))
    wrong, rows = [], dict[type[Model], int]()
    for rule, act, on in doors(app):
        if on is None or issubclass(on, Reference):
            continue
        if on not in rows:  # a knock that finds nothing changes nothing: the next door of its kind may try the same row
            rows[on] = foreign_row(make, on, foreign).id
        expected = 404 if role in POLICY[act].roles else 403
        if (answer := site.knock(rule, rows[on])) != expected:
            wrong.append((str(rule), act.value, answer, expected))
    assert wrong == []
    with as_machine(make.session):  # none was missing all along
        assert [kind for kind, id in rows.items() if make.session.get(kind, id, populate_existing=True) is None] == []


@pytest.mark.parametrize("role", list(Role))
def test_a_door_without_a_row_opens_to_the_roles_that_hold_its_act(
    app: Flask, make: Make, site: Site, role: Role
) -> None:
    user = make.user(role, unit=make.unit())
    wrong = []
    for rule, act, on in doors(app):
        if on is not None:
            continue
        site.sign_in(user)  # again each time: one of the doors leads out
        answer = site.knock(rule)
        if (answer == 403) is not (role not in POLICY[act].roles) or answer >= 500:
            wrong.append((str(rule), act.value, answer))
    assert wrong == []


def test_strangers_are_sent_to_the_sign_in(app: Flask, make: Make, site: Site) -> None:
    assert {site.knock(rule, 1) for rule, _act, _on in doors(app)} <= {302, 303}


def test_an_application_with_a_silent_route_does_not_start(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from flask import Blueprint

    silent = Blueprint("silent", __name__)
    silent.add_url_rule("/diam", "page", lambda: "")
    monkeypatch.setattr("tracker.wiring.PAGES", (silent,))
    with pytest.raises(RuntimeError, match=r"silent\.page"):
        create_app(app.config["TUNTAS"])


def test_rows_that_are_handed_to_views_are_all_tried_above(app: Flask, make: Make) -> None:
    foreign = make.unit("Unit lain")
    kinds = {on for _rule, _act, on in doors(app) if on is not None and not issubclass(on, Reference)}
    for kind in kinds:
        row = foreign_row(make, kind, foreign)
        assert isinstance(row, kind)
        assert not isinstance(row, InUnit) or row.unit_id == foreign.id
