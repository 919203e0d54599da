"""Nobody sees a row they are not responsible for, whatever the query."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, lazyload, selectinload
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.interfaces import ORMOption

from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk, Forbidden, NotFound
from tracker.access.scope import Unscoped, as_machine
from tracker.directory.models import Membership, ServiceUnit, User
from tracker.directory.states import Role
from tracker.followups.models import Comment, FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.kit.db import Unguarded, db
from tracker.mentoring.models import Commitment
from tracker.progress.models import UnitProgress
from tracker.recommendations.models import Letter, Recommendation

DeskOf = Callable[..., Desk]


def test_each_person_sees_only_the_rows_within_reach(make: Make, desk_of: DeskOf) -> None:
    north, south = make.area("Utara"), make.area("Selatan")
    units = {name: make.unit(name, area) for name, area in {"A": north, "B": north, "C": south}.items()}
    for unit in units.values():
        make.follow_up(unit)
    b = units["B"]
    people = {
        make.user(Role.LEADERSHIP): {"A", "B", "C"},
        make.user(Role.MENTOR, area=north): {"A", "B"},
        make.user(Role.MENTOR, area=south): {"C"},
        make.user(Role.COORDINATOR, agency=b.agency): {"B"},
        make.user(Role.UNIT_OFFICER, unit=b): {"B"},
        make.user(Role.ADMINISTRATOR): set(),
    }
    for _ in range(2):  # twice: a cached statement must not carry one person's reach to another
        for user, seen in people.items():
            desk = desk_of(user)
            assert {row.unit.name for row in desk.all(sa.select(FollowUp))} == seen
            named = desk.all(sa.select(ServiceUnit).where(~ServiceUnit.is_root))
            assert {unit.name for unit in named} == (seen or {"A", "B", "C"})


@pytest.mark.parametrize(
    "query",
    [
        sa.select(sa.func.count()).select_from(FollowUp),
        sa.select(sa.func.count(FollowUp.id)),
        sa.select(sa.func.count()).select_from(sa.select(FollowUp.id).subquery()),
        sa.select(sa.func.count()).select_from(aliased(FollowUp)),
        sa.select(sa.func.count(ServiceUnit.id)).join(FollowUp, FollowUp.unit_id == ServiceUnit.id),
        sa.select(sa.func.count(ServiceUnit.id)).where(sa.exists().where(FollowUp.unit_id == ServiceUnit.id)),
        sa.select(sa.func.count()).select_from(sa.select(FollowUp.id).cte()),
        sa.select(sa.func.count()).select_from(sa.union_all(sa.select(FollowUp.id), sa.select(Comment.id)).subquery()),
    ],
    ids=["from", "column", "subquery", "alias", "join", "exists", "cte", "union"],
)
def test_counts_are_scoped_like_lists(make: Make, desk_of: DeskOf, query: sa.Select[int]) -> None:
    mine = make.follow_up()
    make.follow_up()
    desk = desk_of(make.user(Role.UNIT_OFFICER, unit=mine.unit))
    assert desk.session.scalar(query) == 1


def test_one_may_act_only_where_the_role_for_it_is_held(make: Make, desk_of: DeskOf) -> None:
    mentored, watched = make.recommendation(), make.recommendation()
    user = make.user(Role.MENTOR, area=mentored.unit.area)
    make.membership(user, Role.VIEWER, area=watched.unit.area)
    desk = desk_of(user)

    assert desk.find(type(mentored), mentored.id, to=Act.ASSIGN_FOLLOW_UP) is mentored
    with pytest.raises(Forbidden):
        desk.find(type(watched), watched.id, to=Act.ASSIGN_FOLLOW_UP)


def test_nobody_judges_what_they_submitted_themselves(make: Make, desk_of: DeskOf) -> None:
    follow_up = make.follow_up()
    mentor = make.user(Role.MENTOR, area=follow_up.unit.area)
    follow_up.submitted_by_id = mentor.id
    make.save(follow_up)
    with pytest.raises(Forbidden):
        desk_of(mentor).find(FollowUp, follow_up.id, to=Act.ACCEPT_FOLLOW_UP)


def test_a_row_out_of_reach_is_not_found_even_when_it_is_already_loaded(make: Make, desk_of: DeskOf) -> None:
    follow_up = make.follow_up()
    stranger = desk_of(make.user(Role.UNIT_OFFICER, unit=make.unit("Lain")))
    with pytest.raises(NotFound):
        stranger.find(FollowUp, follow_up.id, to=Act.VIEW_FOLLOW_UPS)


def test_nobody_sees_nothing(make: Make) -> None:
    make.follow_up()
    del db.session().info["actor"]
    assert db.session.scalars(sa.select(FollowUp)).all() == []


@pytest.mark.parametrize(
    "statement",
    [
        sa.select(FollowUp.__table__),
        sa.text("SELECT * FROM follow_up"),
        sa.select(FollowUp).join(ServiceUnit.__table__, ServiceUnit.__table__.c.id == FollowUp.unit_id),
        sa.select(FollowUp.id, Comment.__table__.c.id),
        sa.select(FollowUp.id).where(FollowUp.id.in_(sa.select(Comment.__table__.c.id))),
        sa.insert(UnitProgress).from_select(["unit_id", "cycle_id"], sa.select(FollowUp.unit_id, FollowUp.cycle_id)),
        sa.update(FollowUp).values(title="x"),
        sa.delete(FollowUp),
        sa.insert(FollowUp).values(title="x"),
    ],
    ids=["table", "text", "join", "column", "subquery", "insert-select", "update", "delete", "insert"],
)
def test_what_would_go_around_the_scope_is_refused(make: Make, desk_of: DeskOf, statement: sa.Executable) -> None:
    make.follow_up()
    desk = desk_of(make.user(Role.LEADERSHIP))
    with pytest.raises(Unscoped):
        desk.session.execute(statement)


def test_a_bulk_change_by_keys_is_refused_whatever_it_changes(make: Make, desk_of: DeskOf) -> None:
    follow_up = make.follow_up()
    desk = desk_of(make.user(Role.LEADERSHIP))
    for values in ({"title": "x"}, {"status": FollowUpStatus.ACCEPTED}, {"version": 7}):
        with pytest.raises(Unscoped):
            desk.session.execute(sa.update(FollowUp), [{"id": follow_up.id, **values}])


def test_the_desk_sets_what_follows_on_many_rows_and_refuses_what_people_decide(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit()
    promises = [make.commitment(make.session_of(unit), unit) for _ in range(3)]
    recommendation = make.recommendation(unit)
    desk = desk_of(make.user(Role.LEADERSHIP))
    mine = desk.all(sa.select(Commitment).order_by(Commitment.id))
    desk.set_all({each: {"recommendation_id": recommendation.id} for each in mine})
    desk.session.commit()
    assert [each.recommendation_id for each in mine] == [recommendation.id] * len(promises)
    assert [each.version for each in mine] == [2] * len(promises)
    with pytest.raises(Unscoped, match="text"):
        desk.set_all({mine[0]: {"text": "lain"}})


def test_a_row_that_was_changed_meanwhile_is_stale_also_among_many(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit()
    made = [make.commitment(make.session_of(unit), unit) for _ in range(2)]
    desk = desk_of(make.user(Role.LEADERSHIP))
    with as_machine(desk.session):
        desk.session.execute(sa.update(Commitment).where(Commitment.id == made[0].id).values(version=9),
                             execution_options={"synchronize_session": False})  # fmt: skip
    with pytest.raises(StaleDataError):
        desk.set_all({each: {"follow_up_id": None} for each in made})


def test_a_connection_and_the_old_bulk_methods_are_refused(make: Make, desk_of: DeskOf) -> None:
    desk = desk_of(make.user(Role.LEADERSHIP))
    with pytest.raises(Unguarded):
        desk.session.connection()
    with pytest.raises(Unguarded):
        desk.session.bulk_save_objects([])


def test_a_row_for_a_unit_out_of_reach_is_not_written(make: Make, desk_of: DeskOf) -> None:
    mine, other = make.follow_up(), make.follow_up()
    desk = desk_of(make.user(Role.UNIT_OFFICER, unit=mine.unit))
    desk.add(Comment(follow_up_id=other.id, unit_id=other.unit_id, text="Halo", at=desk.now))
    with pytest.raises(Unscoped):
        desk.session.flush()


@pytest.mark.parametrize("load", [selectinload, joinedload, lazyload], ids=lambda load: load.__name__)
def test_whoever_wrote_a_comment_is_known_to_its_readers_however_the_name_is_loaded(
    make: Make, desk_of: DeskOf, load: Callable[..., ORMOption]
) -> None:
    follow_up = make.follow_up()
    mentor = make.user(Role.MENTOR, area=follow_up.unit.area)
    make.save(
        Comment(
            follow_up_id=follow_up.id,
            unit_id=follow_up.unit_id,
            author_id=mentor.id,
            text="Halo",
            at=follow_up.assigned_at,
        )
    )
    officer = make.user(Role.UNIT_OFFICER, unit=follow_up.unit)
    desk = desk_of(officer)
    desk.session.expire_all()
    with as_machine(desk.session):
        name = mentor.name
    desk.session.expunge_all()
    assert [
        word.author and word.author.name for word in desk.all(sa.select(Comment).options(load(Comment.author)))
    ] == [name]
    assert desk.session.scalar(sa.select(User).where(User.name == name)) is None


def test_the_scope_holds_also_where_a_statement_joins_the_tables_that_scopes_are_made_of(
    make: Make, desk_of: DeskOf
) -> None:
    unit = make.unit()
    mine, other = make.user(Role.UNIT_OFFICER, unit=unit), make.user(Role.UNIT_OFFICER, unit=make.unit())
    work = make.follow_up(unit)
    make.follow_up()
    desk = desk_of(make.user(Role.COORDINATOR, agency=unit.agency))
    held = sa.select(Membership).join(ServiceUnit, ServiceUnit.id == Membership.unit_id)
    assert [row.user_id for row in desk.all(held)] == [mine.id]
    people = sa.select(User).join(Membership, Membership.user_id == User.id).where(User.id.in_([mine.id, other.id]))
    assert desk.all(people) == [mine]
    assert desk.all(sa.select(FollowUp).join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)) == [work]


def test_a_row_that_is_asked_for_by_its_key_is_confined_too(make: Make, desk_of: DeskOf) -> None:
    mine, foreign = make.follow_up(), make.follow_up()
    desk = desk_of(make.user(Role.UNIT_OFFICER, unit=mine.unit))
    keys = mine.id, foreign.id
    desk.session.expunge_all()
    assert desk.session.get(FollowUp, keys[0]) is not None
    assert desk.session.get(FollowUp, keys[1]) is None


def test_letters_are_confined_also_where_the_statement_joins_recommendations(make: Make, desk_of: DeskOf) -> None:
    mine = make.recommendation(letter_id=make.letter().id)
    make.recommendation(letter_id=make.letter().id)
    desk = desk_of(make.user(Role.UNIT_OFFICER, unit=mine.unit))
    joined = sa.select(Letter.id).join(Recommendation, Recommendation.letter_id == Letter.id)
    assert list(desk.session.scalars(joined)) == [mine.letter_id]
    assert list(desk.session.scalars(sa.select(Letter.id))) == [mine.letter_id]


def titles(like: str) -> sa.Select[str]:
    """Written anew each time, with another value: the same statement to whoever remembers statements."""
    return sa.select(FollowUp.title).where(FollowUp.title.startswith(like)).order_by(FollowUp.title)


def test_a_remembered_statement_is_confined_for_each_who_asks_and_keeps_its_own_values(
    make: Make, desk_of: DeskOf
) -> None:
    north, south = make.area("Utara"), make.area("Selatan")
    a, b, c = make.unit("A", north), make.unit("B", north), make.unit("C", south)
    for unit in (a, b, c):
        for title in ("satu", "dua"):
            make.follow_up(unit, title=f"{title} {unit.name}")
    two_places = make.user(Role.UNIT_OFFICER, unit=a)
    make.membership(two_places, Role.UNIT_OFFICER, unit=c)
    seen = {
        make.user(Role.LEADERSHIP): "ABC",
        make.user(Role.MENTOR, area=north): "AB",
        make.user(Role.MENTOR, area=south): "C",
        make.user(Role.COORDINATOR, agency=b.agency): "B",
        make.user(Role.UNIT_OFFICER, unit=a): "A",
        two_places: "AC",
        make.user(Role.ADMINISTRATOR): "",
    }
    made_once = titles("satu")
    for _ in range(2):
        for user, units in seen.items():
            desk = desk_of(user)
            assert desk.all(titles("satu")) == [f"satu {name}" for name in units]
            assert desk.all(titles("dua")) == [f"dua {name}" for name in units]
            assert desk.all(made_once) == [f"satu {name}" for name in units]
            counted = sa.select(sa.func.count()).select_from(titles("dua").subquery())
            assert desk.session.scalar(counted) == len(units)


def test_a_table_is_refused_also_after_the_same_statement_on_models_was_let_through(
    make: Make, desk_of: DeskOf
) -> None:
    make.follow_up()
    desk = desk_of(make.user(Role.LEADERSHIP))
    table: sa.Table = sa.inspect(FollowUp).local_table  # type: ignore[assignment]
    for _ in range(2):
        assert desk.session.execute(sa.select(FollowUp.id)).all()
        assert desk.session.scalar(sa.select(FollowUp.id).where(FollowUp.id.in_(sa.select(FollowUp.id))))
        for refused in (
            sa.select(table.c.id),
            sa.select(FollowUp.id, table.c.title),
            sa.select(FollowUp.id).where(FollowUp.id.in_(sa.select(table.c.id))),
            sa.select(FollowUp.id).where(table.c.id > 0),
        ):
            with pytest.raises(Unscoped):
                desk.session.execute(refused)


def test_each_alias_of_a_remembered_statement_is_confined(make: Make, desk_of: DeskOf) -> None:
    work = [make.follow_up(), make.follow_up()]
    officers = [(make.user(Role.UNIT_OFFICER, unit=own.unit), own.id) for own in work]
    for officer, own_id in (*officers, *officers):
        here, there = aliased(FollowUp), aliased(FollowUp)
        desk = desk_of(officer)
        assert desk.all(sa.select(there.id).where(there.id.in_(sa.select(here.id)))) == [own_id]
        assert desk.all(sa.select(there.id).join(ServiceUnit, ServiceUnit.id == there.unit_id)) == [own_id]


def test_where_one_may_act_is_the_sum_of_all_places_of_the_roles_for_it(make: Make, desk_of: DeskOf) -> None:
    area = make.area("Timur")
    work = {name: make.follow_up(make.unit(name, area if name == "C" else None)) for name in "ABCD"}
    user = make.user(Role.UNIT_OFFICER, unit=work["A"].unit)
    make.membership(user, Role.UNIT_OFFICER, unit=work["D"].unit)
    make.membership(user, Role.COORDINATOR, agency=work["B"].unit.agency)
    make.membership(user, Role.MENTOR, area=area)
    desk = desk_of(user)
    for act, expected in (
        (Act.LOG_ACTION, "AD"),
        (Act.CONFIRM_SUBMISSION, "B"),
        (Act.OPEN_SUBMISSION, "C"),
        (Act.VIEW_FOLLOW_UPS, "ABCD"),
        (Act.EDIT_INSTRUMENT, ""),
    ):
        for area_id in (None, FollowUp.area_id):
            found = desk.all(sa.select(FollowUp).where(desk.where_may(act, FollowUp.unit_id, area_id)))
            assert {row.id for row in found} == {work[name].id for name in expected}, act
