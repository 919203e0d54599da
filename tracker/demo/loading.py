"""Loading the demonstration, as one transaction: reference data, people, three cycles, and what happened in them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.accounts.passwords import hashed
from tracker.administration.directory import ContactFacts, Contacts, edit_contacts
from tracker.administration.reference import load_regions
from tracker.demo import cast, deadlines, meetings, scenes, sending
from tracker.demo.advice import ADVISED, COLUMNS
from tracker.demo.cast import CAST, Part, Where
from tracker.demo.complaining import Complaining
from tracker.demo.figures import Nights, leave_open, seal_before
from tracker.demo.grievances import GRIEVANCES
from tracker.demo.ombudsman import Assessed
from tracker.demo.playing import Playing, signed_in
from tracker.demo.reminding import remind
from tracker.demo.sessions import turns_of
from tracker.demo.stage import Stage, mark_illustration
from tracker.demo.workbooks import Column, LetterHead, Result, later_scores, made
from tracker.directory.models import Agency, Membership, Region, ServiceUnit, SupervisionArea, User
from tracker.evaluations.models import AspectScore, Evaluation
from tracker.evaluations.operations import Upload, confirm_import, draft_import
from tracker.instruments.models import Aspect, Cycle, Instrument
from tracker.instruments.operations import CycleFacts, add_cycle
from tracker.instruments.reference import load_instruments
from tracker.kit import sheets
from tracker.kit.files import WORKBOOKS, FileStore
from tracker.kit.resources import PACKAGE

SAMPLE = "hasil-evaluasi-wilayah-iii-2019.xlsx"
FIRST_DAY = date(2019, 1, 1)
IMPORTER = "asdep3"
BEFORE = datetime(2020, 1, 20, 2, 0, tzinfo=UTC)
LETTER_2019 = date(2020, 1, 23)
IMPORTED = datetime(2020, 1, 27, 3, 0, tzinfo=UTC)
"""A Monday, the second working day after the letter of the sample."""
LETTER_AGO, OPENS_IN, YEAR = timedelta(days=150), timedelta(days=210), timedelta(days=364)
"""Five months of the twelve between letter and next evaluation are over: some units keep up by now, some do not."""


def load(session: Session, store: FileStore, now: datetime, password: str) -> None:
    """Fill an empty database. The caller sees to it that all of it is kept, or nothing."""
    stage = Stage(session, store, now)
    desk = stage.machine(BEFORE)
    load_regions(desk)
    load_instruments(desk)
    write_people(stage, [part for part in CAST if not part.region], password, BEFORE)
    session.commit()
    first = add_past_cycle(stage)
    tell_of_agencies(stage)
    write_people(stage, [part for part in CAST if part.region], password, IMPORTED)
    session.commit()
    earlier = Playing(stage, first, since=LETTER_2019)
    earlier.play(scenes.EARLIER, more=turns_of(earlier, meetings.MAY_2020, cast.AREA, closes=True))
    opened_on = stage.today - LETTER_AGO - timedelta(days=60)
    seal_before(stage, add_later_cycle(stage, stage.today - LETTER_AGO - YEAR, opened_on, "middle"))
    current = add_later_cycle(stage, stage.today - LETTER_AGO, stage.today + OPENS_IN, "current")
    nights = Nights(stage, stage.today - LETTER_AGO + timedelta(days=5))
    now_played = Playing(stage, current)
    held = [
        *ombudsman_of(stage).turns(instrument(stage, "ombudsman-2022").id),
        *Complaining(stage).turns(GRIEVANCES),
        *sending.turns_of_the_sender(stage),
        *turns_of(now_played, meetings.WEEKS_AGO, cast.AREA, closes=True),
        *turns_of(now_played, meetings.NEXT_WEEK, cast.AREA, closes=False),
    ]
    now_played.play(deadlines.with_requests(scenes.STORIES), scenes.IMPOSSIBLE, nights, held)
    nights.before(stage.today)
    leave_open(stage, first)
    signed_in(stage, {part.username: part.seen for part in CAST})
    remind(stage)


def ombudsman_of(stage: Stage) -> Assessed:
    """What Ombudsman RI found, imported as in the site."""

    def bring(facts: CycleFacts, content: bytes, name: str, day: date) -> int:
        return import_cycle(stage, stage.moment(day), facts, content, name)

    return Assessed(stage, stage.today + OPENS_IN, bring)


def write_people(stage: Stage, parts: Sequence[Part], password: str, moment: datetime) -> None:
    """Accounts with the password that all share; nobody has to change it."""
    desk = stage.machine(moment)
    for part in parts:
        user = User(
            username=part.username,
            name=part.name,
            email=f"{part.username}@contoh.example",
            timezone=part.zone,
            password_hash=hashed(password),
            is_demo=True,
        )
        user.memberships = [
            Membership(role=part.role, is_head=part.is_head, valid_from=FIRST_DAY, **scope(stage, part))
        ]
        desk.add(user)
        desk.record(Act.LOAD_DEMO, user)


def scope(stage: Stage, part: Part) -> dict[str, Any]:
    if part.where is Where.AREA:
        query = sa.select(SupervisionArea.id).filter_by(code=cast.AREA)
        return {"area_id": stage.session.scalars(query).one()}
    if part.where is Where.AGENCY:
        return {"agency_id": stage.unit(part.region).agency_id}
    return {"unit_id": stage.unit(part.region).id} if part.where is Where.UNIT else {}


def add_past_cycle(stage: Stage) -> int:
    """The sample workbook, imported as in the site; its letter brings the dates."""
    facts = CycleFacts("panrb-2019", instrument(stage, "panrb-2017").id, 2019, "Evaluasi pelayanan publik 2019")
    content = (PACKAGE / "data" / SAMPLE).read_bytes()
    return import_cycle(stage, IMPORTED, facts, content, SAMPLE)


def import_cycle(stage: Stage, moment: datetime, facts: CycleFacts, content: bytes, name: str) -> int:
    """A new cycle, and a workbook into it at the desk of an assistant deputy. The cycle's key."""
    desk = stage.desk(IMPORTER, moment)
    cycle = add_cycle(desk, facts)
    stage.session.flush()
    cycle_id = cycle.id
    mark_illustration(stage.machine(moment), cycle)
    stage.session.commit()
    desk = stage.desk(IMPORTER, moment)
    stage.keep_workbook(BytesIO(content), name, WORKBOOKS, sheets.DEFAULT_LIMITS.file_bytes)
    upload = Upload(cycle_id, name, sheets.read(content, name), create_units=True)
    draft = draft_import(desk, upload)
    confirm_import(desk, draft, stage.store)
    stage.session.commit()
    return cycle_id


def instrument(stage: Stage, code: str) -> Instrument:
    with as_machine(stage.session):
        return stage.session.scalars(sa.select(Instrument).filter_by(code=code)).one()


def tell_of_agencies(stage: Stage) -> None:
    """One agency wants its coordinator to look first; some units have joined the national systems."""
    desk = stage.machine(IMPORTED)
    agency = stage.session.get_one(Agency, stage.unit(cast.CONFIRMS).agency_id)
    agency.confirms_evidence = True
    desk.record(Act.LOAD_DEMO, agency)
    for region in (cast.TUAL, cast.PALOPO):
        unit = stage.unit(region)
        unit.joined_sippn = unit.joined_lapor = True
        desk.record(Act.LOAD_DEMO, unit)
    for region, (name, post, phone) in cast.CONTACTS.items():
        edit_contacts(desk, stage.unit(region), Contacts((ContactFacts(name, post, phone),)))
    stage.session.commit()


def add_later_cycle(stage: Stage, letter_on: date, opening_on: date, which: str) -> int:
    """A cycle with dates of its own, from scores a little apart from those before."""
    letter_on = stage.day(0, letter_on)
    year = letter_on.year - 1
    code = f"panrb-{year}"
    scheme = instrument(stage, "panrb-2022")
    with as_machine(stage.session):
        aspects = {aspect.code: aspect for aspect in scheme.aspects}
    columns = [Column(each, aspects[each].name, aspects[each].weight, *COLUMNS[each]) for each in COLUMNS]
    step = Decimal("0.06") if which == "middle" else Decimal("0.09")
    results = [Result(*place, later_scores(scores, step)) for place, scores in scores_of_2019(stage)]
    number = f"B/{17 if which == 'middle' else 21}/PP.00.05/{letter_on.year}"
    head = LetterHead(number, letter_on, year, code, opening_on, "panrb-2022")
    content = made(head, columns, results, ADVISED[which]).getvalue()
    facts = CycleFacts(code, scheme.id, year, f"Pemantauan dan evaluasi pelayanan publik {year}")
    moment = stage.moment(stage.day(4, letter_on))
    return import_cycle(stage, moment, facts, content, f"hasil-evaluasi-wilayah-iii-{year}.xlsx")


def scores_of_2019(stage: Stage) -> list[tuple[tuple[str, str, str], list[Decimal]]]:
    """Region, agency and unit with the scores of 2019, in the order of the aspects of `COLUMNS`."""
    query = (
        sa.select(Evaluation.id, Region.code, Agency.name, ServiceUnit.name, Aspect.code, AspectScore.score)
        .join(AspectScore, AspectScore.evaluation_id == Evaluation.id)
        .join(Aspect, Aspect.id == AspectScore.aspect_id)
        .join(ServiceUnit, ServiceUnit.id == Evaluation.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .join(Region, Region.id == Agency.region_id)
        .join(Cycle, Cycle.id == Evaluation.cycle_id)
        .where(Cycle.code == "panrb-2019")
        .order_by(Evaluation.id)
    )
    places: dict[int, tuple[str, str, str]] = {}
    scores: dict[int, dict[str, Decimal]] = {}
    with as_machine(stage.session):
        for id, region, agency, unit, aspect, score in stage.session.execute(query):
            places[id] = (region, agency, unit)
            scores.setdefault(id, {})[aspect] = score
    return [(places[id], [scores[id][code] for code in COLUMNS]) for id in places]


def set_passwords(desk: Desk, password: str) -> None:
    """Give the demo accounts another password."""
    for user in desk.all(sa.select(User).where(User.is_demo)):
        user.password_hash = hashed(password)
        desk.record(Act.LOAD_DEMO, user)
