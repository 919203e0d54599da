"""Which rows an actor sees. The session adds this to every statement, so no query can leave it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.cache_key import CacheKey

from tracker.access.actor import SYSTEM, Actor, Mandate
from tracker.access.acts import Act
from tracker.access.policy import POLICY
from tracker.directory.models import ServiceUnit, User
from tracker.events.models import Event
from tracker.kit.db import Model
from tracker.kit.rows import Criterion, InUnit, Recorded, Scoped

UNITS = ServiceUnit.__table__
NOBODY = Actor(None, "", ())


class Unscoped(Exception):
    """A statement the scope cannot be added to, or a row written for a unit out of reach."""


@dataclass(frozen=True)
class Cover:
    """What some mandates of one person cover, as SQL. The only place that says so; no mandate covers nothing."""

    user_id: int | None
    mandates: tuple[Mandate, ...]

    @property
    def everything(self) -> bool:
        return any(mandate.covers_everything for mandate in self.mandates)

    def unit_is(self, unit: Any) -> Criterion:
        """Of the units themselves."""
        c = unit.c if isinstance(unit, sa.Table) else unit
        parts = [
            sa.and_(column == value)
            for mandate in self.mandates
            for column, value in (
                (c.id, mandate.unit_id),
                (c.agency_id, mandate.agency_id),
                (c.area_id, mandate.area_id),
            )
            if value is not None
        ]
        return sa.true() if self.everything else sa.or_(sa.false(), *parts)

    def units(self, unit_id: Any, area_id: Any = None) -> Criterion:
        """Of rows that name their unit; where they also name its area, the area is asked of the row itself."""
        if self.everything:
            return sa.true()
        parts: list[Any] = []
        distant: list[Mandate] = []
        for mandate in self.mandates:
            if mandate.unit_id is not None:
                parts.append(unit_id == mandate.unit_id)
            elif mandate.area_id is not None and area_id is not None:
                parts.append(area_id == mandate.area_id)
            else:
                distant.append(mandate)
        if distant:
            within = Cover(self.user_id, tuple(distant)).unit_is(UNITS)
            parts.append(unit_id.in_(sa.select(UNITS.c.id).where(within).correlate(None).scalar_subquery()))
        return sa.or_(sa.false(), *parts)


def reach(actor: Actor, act: str) -> Cover:
    return Cover(actor.id, POLICY[Act(act)].mandates(actor) if act else actor.mandates)


def install(sessions: Any) -> None:
    sa.event.listen(sessions, "do_orm_execute", add_scope)
    sa.event.listen(sessions, "before_flush", refuse_rows_out_of_reach)


@contextmanager
def as_machine(session: Session) -> Iterator[None]:
    """For what follows from an act everywhere, such as recalculation: the session works at the system's desk.

    What the person changed is flushed first, and so checked as the person's.
    """
    before = session.info.get("actor")
    session.flush()
    session.info["actor"] = SYSTEM
    try:
        yield
        session.flush()
    finally:
        session.info["actor"] = before


def criterion_for(actor: Actor, kind: type[Any]) -> Criterion:
    """What of a kind of row an actor may see; also the answer where the session is asked about one class."""
    if kind is Event:
        return sa.or_(Event.told_of(_reaches_of_events(actor)), *_events_of_shared_rows(actor))
    criterion: Criterion = kind.within(reach(actor, kind.view))
    return criterion


def _reaches_of_events(actor: Actor) -> dict[tuple[str, ...], Cover]:
    """Kinds of recorded row -> where this actor sees them; of rows that everybody sees, where the trail is theirs."""
    kinds: dict[tuple[Mandate, ...], list[str]] = {}
    for mapper in Model.registry.mappers:
        kind = mapper.class_
        if issubclass(kind, Recorded) and issubclass(kind, Scoped):
            kinds.setdefault(POLICY[Act(kind.view or Act.VIEW_TRAIL)].mandates(actor), []).append(kind.__name__)
    return {tuple(sorted(names)): Cover(actor.id, mandates) for mandates, names in kinds.items()}


def _events_of_shared_rows(actor: Actor) -> Iterator[Criterion]:
    """Events about rows that belong to no single unit, such as a session of several: seen with the row itself."""
    for mapper in Model.registry.mappers:
        kind = mapper.class_
        if getattr(kind, "is_shared", False):
            cover = reach(actor, kind.view)
            seen = sa.select(kind.id).where(kind.within(cover)).correlate(None).scalar_subquery()
            row = sa.true() if cover.everything else Event.subject_id.in_(seen)
            yield sa.and_(Event.subject_type == kind.__name__, sa.true() if cover.mandates else sa.false(), row)


@lru_cache(maxsize=8192)
def option_of(actor: Actor, kind: Any) -> ORMOption | None:
    """The criterion of one actor on one kind of row; None where they see all of it.

    Kept from request to request: an actor is plain data, and the same mandates give the same criteria.
    """
    criterion = criterion_for(actor, kind)
    if isinstance(criterion, sa.sql.elements.True_):
        return None
    return with_loader_criteria(kind, criterion, include_aliases=True, propagate_to_loaders=False)


def add_scope(state: ORMExecuteState) -> None:
    actor: Actor = state.session.info.get("actor") or NOBODY
    if actor is SYSTEM or state.is_column_load:
        return None
    if not state.is_orm_statement:
        raise Unscoped("speak to the session in models, not in tables or text")
    if state.is_insert:
        return refuse_insert(state)
    if state.is_update or state.is_delete:
        refuse_bulk(state)
    form = form_of(state.statement)
    kinds = kinds_of(state.statement, form, not (state.is_relationship_load or asks_by_key(state)))
    if state.is_relationship_load:
        kinds = tuple(kind for kind in kinds if kind is not User)  # people are found through the row that names them
    options = [option for kind in kinds if (option := option_of(actor, kind)) is not None]
    if options:
        state.statement = confined(state.statement, form, options)
    return None


def confined(statement: Any, form: CacheKey | None, options: list[ORMOption]) -> Any:
    """The statement with the criteria.

    SQLAlchemy would walk all of it once more to say what it then knows it by. That is what it knew it by before, and
    what it knows the criteria by, so it is put together instead; the criteria are the same objects for each request.
    """
    whole = statement.options(*options)
    parts = [part for option in options if (part := form_of_criterion(option)) is not None]
    if form is None or len(parts) < len(options):
        return whole
    known_by = CacheKey(
        ("confined", form.key, *(part.key for part in parts)),
        [*form.bindparams, *(value for part in parts for value in part.bindparams)],
        form.params,
    )
    whole._generate_cache_key = lambda: known_by
    whole._memoized_keys |= {"_generate_cache_key"}
    return whole


def form_of(asked: Any) -> CacheKey | None:
    """What SQLAlchemy knows a statement or a criterion by, beside its values; None where it keeps none in mind."""
    form: CacheKey | None = asked._generate_cache_key()
    return form


form_of_criterion = lru_cache(maxsize=8192)(form_of)


def asks_by_key(state: ORMExecuteState) -> bool:
    """Is this `session.get`? Its condition is SQLAlchemy's own, and on a bare column."""
    conditions: tuple[Any, ...] = getattr(state.statement, "_where_criteria", ())
    return state.bind_mapper is not None and len(conditions) == 1 and conditions[0] is state.bind_mapper._get_clause[0]


KNOWN_STATEMENTS = 2000
"""A request asks about ten, and the same ones again and again; forms of searches make more."""
_known: dict[tuple[Any, bool], tuple[Any, ...]] = {}


def kinds_of(statement: Any, form: CacheKey | None, written_by_us: bool) -> tuple[Any, ...]:
    """`kinds_in`, remembered by what SQLAlchemy itself knows statements by: all that shapes them but the values.

    Only what was found lawful is remembered, and no criterion: those are added anew for whoever asks.
    """
    if form is None:
        return tuple(kinds_in(statement, written_by_us))
    known = _known.get((form.key, written_by_us))
    if known is None:
        if len(_known) >= KNOWN_STATEMENTS:
            _known.clear()
        found = sorted(kinds_in(statement, written_by_us), key=lambda kind: kind.__name__)
        known = _known[form.key, written_by_us] = tuple(found)
    return known


def kinds_in(statement: Any, written_by_us: bool = True) -> set[type[Any]]:
    """The kinds of confined row that a statement reads, wherever in it they stand.

    A bare table beside models would escape the criteria, which are added to models; it is refused. What SQLAlchemy
    writes by itself to load a relationship is not looked at that way.
    """
    kinds: set[type[Any]] = set()
    for element in sa.sql.visitors.iterate(statement):
        if (entity := element._annotations.get("parententity")) is not None:
            kinds.add(entity.mapper.class_)
        elif not written_by_us:
            continue
        elif isinstance(element, sa.Column) and isinstance(element.table, sa.Table):
            raise Unscoped(f"{element}: speak to the session in models, not in tables")
        elif isinstance(element, sa.Select):
            for source in (*element._from_obj, *(join[0] for join in element._setup_joins)):
                refuse_bare(source)
    for option in getattr(statement, "_with_options", ()):
        for part in getattr(option, "context", ()):
            steps = (step.class_ for step in part.path if isinstance(step, Mapper))
            kinds.update(kind for kind in steps if kind is not User)  # found through the row that names them
    return {kind for kind in kinds if issubclass(kind, Scoped)}


def refuse_bare(source: Any) -> None:
    if isinstance(source, sa.sql.expression.Join):
        refuse_bare(source.left)
        refuse_bare(source.right)
    elif isinstance(source, sa.Table) and "parententity" not in source._annotations:
        raise Unscoped(f"{source.name}: speak to the session in models, not in tables")


def refuse_insert(state: ORMExecuteState) -> None:
    """Rows enter through the session or through `Desk.add_all`, which check whose they are."""
    mapper = state.bind_mapper
    if getattr(state.statement, "select", None) is not None:
        raise Unscoped("INSERT … SELECT cannot be confined")
    if mapper is not None and issubclass(mapper.class_, InUnit | Recorded) and "checked" not in state.session.info:
        raise Unscoped(f"add {mapper.class_.__name__} through the desk")


def refuse_bulk(state: ORMExecuteState) -> None:
    """A bulk change of what people decided would be told by no event, and one by keys is confined by no criterion."""
    mapper: Mapper[Any] | None = state.bind_mapper
    given = state.parameters if isinstance(state.parameters, list) else [state.parameters or {}]
    by_key = {name for row in given for name in row}
    if mapper is not None and by_key and issubclass(mapper.class_, Scoped):
        raise Unscoped(f"change {mapper.class_.__name__} by keys through the desk")
    if mapper is None or not issubclass(mapper.class_, Recorded):
        return
    written = {getattr(column, "key", str(column)) for column in getattr(state.statement, "_values", None) or {}}
    if state.is_delete or not written <= mapper.class_.derived:
        raise Unscoped(f"change {mapper.class_.__name__} row by row, so that the trail can tell")


def refuse_rows_out_of_reach(session: Session, *_: Any) -> None:
    """No row is written for, or moved to, a unit that the actor's mandates do not cover."""
    actor: Actor = session.info.get("actor") or NOBODY
    if actor is SYSTEM:
        return
    written = [row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, InUnit)]
    check_units(session, actor, {unit_id(row) for row in written})


def unit_id(row: Any) -> int | None:
    known = row.unit_id
    if known is None and row.unit is not None:
        known = row.unit.id
    return known if known is None else int(known)


def check_units(session: Session, actor: Actor, units: set[int | None]) -> None:
    checked: set[int] = session.info.setdefault("units_in_reach", set())
    unknown = {unit for unit in units if unit is not None} - checked
    if not unknown:
        return
    cover = Cover(actor.id, actor.mandates)
    if not cover.everything:
        with session.no_autoflush:
            found = set(_asked_as_machine(session, _in_reach(cover, unknown)))
        if unknown - found:
            raise Unscoped(f"units {sorted(unknown - found)} are out of reach")
    checked |= unknown


def _asked_as_machine(session: Session, query: sa.Select[Any]) -> list[Any]:
    """For questions about the reach itself, which are asked while rows are on their way in."""
    before, session.info["actor"] = session.info.get("actor"), SYSTEM
    try:
        return list(session.scalars(query))
    finally:
        session.info["actor"] = before


def _in_reach(cover: Cover, ids: set[int]) -> sa.Select[Any]:
    return sa.select(UNITS.c.id).where(UNITS.c.id.in_(ids), cover.unit_is(UNITS))
