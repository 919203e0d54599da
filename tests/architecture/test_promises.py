"""Promises about the code as a whole. A failure names the rule; docs/architecture.md says why."""

import ast
import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from jinja2 import nodes
from werkzeug.routing.converters import NumberConverter

from tracker.access.acts import Act
from tracker.access.policy import POLICY
from tracker.access.words import LABELS as WORDS
from tracker.kit.db import Model, db
from tracker.kit.rows import InUnit, Recorded, Scoped
from tracker.kit.workflow import Moving

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "tracker").rglob("*.py"))

OPEN_TO_STRANGERS = {
    "accounts.sign_in",
    "accounts.sign_out",
    "accounts.change_language",
    "accounts.follow_link",
    "accounts.forgot",
    "jobs.alive",
    "jobs.minded",
    "jobs.ready",
    "mentoring.calendar_read",  # by a secret in its address
    "mentoring.check_paper",  # by the code on the paper, for anybody who holds it
}

NOT_IN_A_UNIT = {
    "SupervisionArea", "Region", "Agency", "Holiday", "Setting", "Instrument", "Aspect", "Indicator", "Band", "Cycle",
    "ServiceUnit", "User", "Membership", "Event", "Letter", "ImportDraft", "ImportRow", "SentForm", "UserSession",
    "OneTimeLink", "Throttle", "Delivery", "Reminder", "Pause", "Preference", "TrailMark",
    "SchedulerLease", "JobRun", "GroupSnapshot", "ProgressCheck", "Seal", "SealLine",
    "MentoringSession", "SessionDay", "SessionPaper", "Participant", "Attendance", "Feedback", "Correction",
    "CalendarFeed", "CalendarChange", "ReportRun",
    "ComplaintTerms", "ComplaintMarks", "AnswerTemplate", "ColumnMapping", "ComplaintImport", "StagedComplaint",
    "SealedSecret",
    "SavedView", "HomeView", "DataRevision",
}  # fmt: skip
"""Rows that say for themselves, in `within`, who sees them: reference data, people, one's own, and the trail."""


def act_of(app: Flask, endpoint: str) -> Any:
    return getattr(app.view_functions[endpoint], "act", None)


def test_every_act_has_a_rule() -> None:
    assert set(POLICY) == set(Act)


def test_every_route_names_its_act(app: Flask) -> None:
    assert all(isinstance(act_of(app, name), Act) for name in app.view_functions)


def test_strangers_find_only_the_doors_on_the_list(app: Flask) -> None:
    public = {name for name in app.view_functions if POLICY[act_of(app, name)].public}
    assert public <= OPEN_TO_STRANGERS


def test_a_route_that_names_a_row_is_handed_that_row(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        if rule.arguments and not POLICY[view.act].public:
            numbers = {name for name, typed in rule._converters.items() if isinstance(typed, NumberConverter)}
            assert numbers == {"id"}, f"{rule}: say it with on="  # words beside it say which form the row takes
            assert view.on is not None, f"{rule}: say it with on="


def test_every_table_is_scoped_and_says_why_where_it_has_no_unit() -> None:
    mappers = list(Model.registry.mappers)
    assert [mapper.class_.__name__ for mapper in mappers if not issubclass(mapper.class_, Scoped)] == []
    unscoped = {mapper.class_.__name__ for mapper in mappers if not issubclass(mapper.class_, InUnit)}
    assert unscoped == NOT_IN_A_UNIT


def test_every_state_that_people_move_is_recorded() -> None:
    moving = [mapper.class_ for mapper in Model.registry.mappers if issubclass(mapper.class_, Moving)]
    assert moving
    assert all(issubclass(kind, Recorded) for kind in moving)


def test_only_the_clock_asks_the_time() -> None:
    asking = {
        path.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and ast.unparse(node.value) in {"datetime", "date"}
    }
    assert asking == {"clock.py"}


def test_templates_import_only_what_they_use_and_mark_nothing_safe(app: Flask) -> None:
    for name in app.jinja_env.list_templates(extensions=["html"]):
        text = (ROOT / "templates" / name).read_text()
        tree = app.jinja_env.parse(text)
        names = [each for node in tree.find_all(nodes.FromImport) for each in node.names]
        imported = {each[1] if isinstance(each, tuple) else each for each in names}
        used = {node.name for node in tree.find_all(nodes.Name)}
        assert imported <= used, f"{name}: {imported - used}"
        assert not re.search(r"\|\s*safe\b", text), name


def test_the_migrated_database_has_every_check_of_the_models(app: Flask) -> None:
    """Alembic's own comparison does not look at CHECK constraints."""
    with app.app_context():
        inspector = sa.inspect(db.engine)
        for table in Model.metadata.sorted_tables:
            checks = [each for each in table.constraints if isinstance(each, sa.CheckConstraint)]
            told = {str(check.name) for check in checks if check.name}
            found = {str(check["name"]) for check in inspector.get_check_constraints(table.name)}
            assert told <= found, (table.name, told - found)


def test_the_code_never_speaks_of_where_its_orders_came_from() -> None:
    wanted = re.compile(r"(\.\./|/work/)shared\b")
    folders = ("tracker", "templates", "tests", "docs", "tools", "migrations")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    texts = [path for path in files if path.suffix in {".py", ".html", ".md", ".toml"} and path != Path(__file__)]
    assert [str(path) for path in texts if "node_modules" not in path.parts and wanted.search(path.read_text())] == []


def test_every_act_has_its_word_in_the_history() -> None:
    assert set(WORDS) == set(Act)
