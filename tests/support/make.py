"""Rows for tests: say what the test is about, leave out the rest."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.accounts.models import UserSession
from tracker.administration.settings import forget_settings
from tracker.complaints.models import Complaint, ComplaintWords
from tracker.complaints.searching import index_words
from tracker.complaints.states import Classification, ComplaintSource, ComplaintStatus
from tracker.complaints.states import holder_of as ball_of
from tracker.directory.models import Agency, Contact, Membership, Region, ServiceUnit, Setting, SupervisionArea, User
from tracker.directory.names import normal
from tracker.directory.states import AgencyKind, RegionKind, Role
from tracker.evaluations.models import AspectScore, Evaluation, ImportDraft
from tracker.events.trail import untold
from tracker.followups.extension_models import Extension
from tracker.followups.extension_states import Asked
from tracker.followups.models import CorrectiveAction, Evidence, FollowUp, Submission
from tracker.followups.states import EvidenceKind, FollowUpStatus, holder_of
from tracker.instruments.models import Aspect, Band, Cycle, Instrument
from tracker.instruments.states import Source
from tracker.kit.db import Model
from tracker.mentoring.models import (
    Commitment,
    MentoringSession,
    Participant,
    SessionDay,
    SessionPaper,
    SessionUnit,
)
from tracker.mentoring.states import Mode, PaperKind, Part, SessionStatus
from tracker.recommendations.models import Letter, Recommendation
from tracker.reminders.models import Delivery
from tracker.reminders.states import Channel, DeliveryKind, DeliveryStatus

Row = TypeVar("Row", bound=Model)
DUE = date(2026, 3, 31)
NOON = datetime(2026, 2, 27, 5, 0, tzinfo=UTC)
number = count(1)
ASPECTS = (("kebijakan", "Kebijakan Pelayanan", 30), ("sdm", "Profesionalisme SDM", 50), ("inovasi", "Inovasi", 20))
BANDS = (("A", "4.51", "Pelayanan Prima", False), ("C", "2.01", "Cukup", False), ("D", "0", "Prioritas", True))


class Make:
    """Each method returns a flushed row, written at the machine's desk; nothing is told of in the trail."""

    def __init__(self, session: Session) -> None:
        self.session = session
        session.info["actor"] = SYSTEM
        session.info["now"] = NOON

    def save(self, row: Row) -> Row:
        with as_machine(self.session):
            self.session.add(row)
            self.session.flush()
            untold(self.session).clear()
        return row

    def only(self, kind: type[Row]) -> Row | None:
        with as_machine(self.session):
            return self.session.scalars(sa.select(kind).order_by(sa.inspect(kind).primary_key[0])).first()

    def area(self, code: str = "") -> SupervisionArea:
        code = code or f"W{next(number)}"
        return self.save(SupervisionArea(code=code, name=f"Wilayah {code}"))

    def region(self, name: str = "Kota Tual", timezone: str = "Asia/Jayapura", **values: Any) -> Region:
        province = values.pop("parent", None) or self.save(
            Region(code=f"{11 + next(number) % 85}", name="Maluku", kind=RegionKind.PROVINCE, timezone=timezone)
        )
        defaults = {"code": f"{province.code}.{1 + next(number) % 99:02d}", "kind": RegionKind.CITY}
        return self.save(Region(name=name, parent_id=province.id, timezone=timezone, **defaults | values))

    def agency(self, name: str = "", **values: Any) -> Agency:
        name = name or f"Pemerintah Kota {next(number)}"
        agency = self.save(Agency(**{"name": name, "name_key": normal(name), "kind": AgencyKind.CITY} | values))
        self.unit(name, agency=agency, is_root=True)
        return agency

    def unit(
        self, name: str = "Disdukcapil Kota Tual", area: SupervisionArea | None = None, **values: Any
    ) -> ServiceUnit:
        agency = values.pop("agency", None) or self.agency()
        area_id = area.id if area else (None if "is_root" in values else self.area().id)
        unit = ServiceUnit(name=name, name_key=normal(name), area_id=area_id, agency_id=agency.id, **values)
        return self.save(unit)

    def contact(self, unit: ServiceUnit, name: str = "Ibu Contoh", **values: Any) -> Contact:
        return self.save(Contact(unit_id=unit.id, name=name, **values))

    def user(self, role: Role, **scope: Any) -> User:
        """`make.user(Role.MENTOR, area=area)`; without a scope the role covers everything."""
        n = next(number)
        user = self.save(User(name=f"{role} {n}", username=f"user{n}", email=f"{n}@example.go.id"))
        self.membership(user, role, **scope)
        return user

    def membership(self, user: User, role: Role, **scope: Any) -> Membership:
        values = {
            f"{kind}_id" if isinstance(row, Model) else kind: getattr(row, "id", row) for kind, row in scope.items()
        }
        defaults = {"valid_from": date(2026, 1, 1)}
        membership = self.save(Membership(user_id=user.id, role=role, **defaults | values))
        with as_machine(self.session):
            self.session.refresh(user, ["memberships"])
        return membership

    def instrument(self, **values: Any) -> Instrument:
        """Three aspects of weight 30, 50 and 20 on a scale of 5; under 2.01 is priority."""
        defaults: dict[str, Any] = {"code": f"uji-{next(number)}", "name": "Uji", "source": Source.PANRB}
        defaults |= {"valid_from": date(2020, 1, 1), "scale_max": Decimal(5)}
        instrument = self.save(Instrument(**defaults | values))
        for position, (code, name, weight) in enumerate(ASPECTS):
            self.save(
                Aspect(instrument_id=instrument.id, position=position, code=code, name=name, weight=Decimal(weight))
            )
        for letter, lower, name, priority in BANDS:
            self.save(
                Band(instrument_id=instrument.id, letter=letter, lower=Decimal(lower), name=name, priority=priority)
            )
        with as_machine(self.session):
            self.session.refresh(instrument)
        return instrument

    def cycle(self, **values: Any) -> Cycle:
        """From 5 January to 1 June 2026."""
        instrument = values.pop("instrument", None) or self.instrument()
        defaults = {"code": f"siklus-{next(number)}", "year": 2025}
        defaults |= {"letter_on": date(2026, 1, 5), "opening_on": date(2026, 6, 1)}
        return self.save(Cycle(instrument_id=instrument.id, **defaults | values))

    def evaluation(self, unit: ServiceUnit | None = None, cycle: Cycle | None = None, **values: Any) -> Evaluation:
        """A priority unit with 1.50 in every aspect, unless told otherwise."""
        unit, cycle = unit or self.unit(), cycle or self.the_cycle()
        defaults = {"computed_index": Decimal("1.50"), "is_priority": True}
        evaluation = self.save(Evaluation(unit_id=unit.id, cycle_id=cycle.id, **defaults | values))
        for aspect in cycle.instrument.aspects:
            score = AspectScore(evaluation_id=evaluation.id, unit_id=unit.id, aspect_id=aspect.id, score=Decimal("1.5"))
            self.save(score)
        return evaluation

    def the_cycle(self) -> Cycle:
        """The cycle of this test: made at the first call."""
        return self.only(Cycle) or self.cycle()

    def letter(self, cycle: Cycle | None = None, **values: Any) -> Letter:
        cycle = cycle or self.the_cycle()
        return self.save(
            Letter(cycle_id=cycle.id, **{"number": "B/4/PP.00.02/2020", "dated_on": date(2026, 1, 5)} | values)
        )

    def recommendation(self, unit: ServiceUnit | None = None, **values: Any) -> Recommendation:
        unit = unit or self.unit()
        cycle = values.pop("cycle", None) or self.the_cycle()
        aspect = values.pop("aspect", None) or cycle.instrument.aspects[0]
        defaults = {"text": "Perbaiki antrean.", "text_key": f"perbaiki antrean {next(number)}"}
        return self.save(Recommendation(unit_id=unit.id, cycle_id=cycle.id, aspect_id=aspect.id, **defaults | values))

    def follow_up(self, unit: ServiceUnit | None = None, **values: Any) -> FollowUp:
        """Assigned on 27 February 2026, due at the end of 31 March in Jakarta."""
        recommendation = values.pop("recommendation", None) or self.recommendation(unit)
        status = values.get("status", FollowUpStatus.ASSIGNED)
        holder = holder_of(status, values.get("hold_kind"))
        unit = recommendation.unit
        defaults: dict[str, Any] = {
            "title": "Pasang nomor antrean",
            "recommendation_id": recommendation.id,
            "unit_id": recommendation.unit_id,
            "cycle_id": recommendation.cycle_id,
            "area_id": unit.area_id,
            "original_due_on": values.get("due_on", DUE),
            "due_on": DUE,
            "due_at": datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC),
            "assigned_at": NOON,
            "holder_since": NOON,
            "holder": holder or sa.null(),
            "is_open": holder is not None,
        }
        if status is FollowUpStatus.ACCEPTED:
            defaults["accepted_at"] = NOON
        if status is FollowUpStatus.SUBMITTED:
            defaults["submitted_at"] = NOON
        return self.save(FollowUp(**defaults | values))

    def action(self, follow_up: FollowUp, **values: Any) -> CorrectiveAction:
        defaults = {"done_on": NOON.date(), "text": "Nomor antrean dipasang.", "claimed_percent": 50, "logged_at": NOON}
        return self.save(CorrectiveAction(follow_up_id=follow_up.id, unit_id=follow_up.unit_id, **defaults | values))

    def evidence(self, follow_up: FollowUp, **values: Any) -> Evidence:
        action = values.pop("action", None) or self.action(follow_up)
        digest = f"{next(number):064x}"
        defaults = {"kind": EvidenceKind.FILE, "name": "foto.jpg", "media_type": "image/jpeg", "uploaded_at": NOON}
        defaults |= {"sent_digest": digest, "kept_digest": digest, "size": 1000}
        return self.save(
            Evidence(follow_up_id=follow_up.id, unit_id=follow_up.unit_id, action_id=action.id, **defaults | values)
        )

    def submission(self, follow_up: FollowUp, **values: Any) -> Submission:
        defaults: dict[str, Any] = {"number": f"TT-{next(number)}", "submitted_at": NOON, "due_at": follow_up.due_at}
        defaults |= {"is_late": False, "files": []}
        return self.save(Submission(follow_up_id=follow_up.id, unit_id=follow_up.unit_id, **defaults | values))

    def extension(self, follow_up: FollowUp, **values: Any) -> Extension:
        """A request for 30 April 2026 that waits for its decision."""
        defaults: dict[str, Any] = {"asked": Asked.DATE, "reason": "Pengadaan belum selesai.", "requested_at": NOON}
        if values.get("asked", Asked.DATE) is Asked.DATE:
            defaults["proposed_on"] = date(2026, 4, 30)
        if values.get("asked") is Asked.BUDGET:
            defaults |= {"fiscal_year": 2027, "needed": "Mesin antrean"}
        defaults |= {"due_on_before": follow_up.due_on, "due_at_before": follow_up.due_at}
        return self.save(Extension(follow_up_id=follow_up.id, unit_id=follow_up.unit_id, **defaults | values))

    def complaint(self, unit: ServiceUnit | None = None, title: str = "", body: str = "", **values: Any) -> Complaint:
        """Came in by SP4N-LAPOR! on 27 February 2026 and waits to be verified; found by its words."""
        unit = unit or self.unit()
        status = values.get("status", ComplaintStatus.NEW)
        holder = ball_of(status)
        defaults: dict[str, Any] = {"source": ComplaintSource.LAPOR, "tracking_id": str(10_000_000 + next(number))}
        defaults |= {"received_at": NOON, "topic": "Sarana prasarana", "holder": holder or sa.null()}
        defaults |= {"holder_since": NOON, "is_open": holder is not None}
        if status is not ComplaintStatus.NEW:
            defaults |= {"classification": Classification.ORDINARY, "verified_at": NOON}
        place = {"unit_id": unit.id, "agency_id": unit.agency_id, "area_id": unit.area_id}
        complaint = self.save(Complaint(**place | defaults | values))
        words = {"title": title or "Kursi tunggu kurang", "body": body or "Ruang tunggu hanya berisi empat kursi."}
        self.save(ComplaintWords(complaint_id=complaint.id, unit_id=unit.id, **words))
        index_words(Desk(SYSTEM, NOON, self.session), [(complaint.id, words["title"], words["body"])])
        return complaint

    def import_draft(self, user: User, **values: Any) -> ImportDraft:
        defaults = {"file_name": "hasil.xlsx", "digest": f"{next(number):064x}", "created_at": NOON}
        return self.save(ImportDraft(cycle_id=self.the_cycle().id, user_id=user.id, **defaults | values))

    def session_of(self, *units: ServiceUnit, **values: Any) -> MentoringSession:
        """An online session of a morning, 14 May 2026 in Jakarta, scheduled unless told otherwise."""
        start, end = values.pop("day", (datetime(2026, 5, 14, 2, tzinfo=UTC), datetime(2026, 5, 14, 5, tzinfo=UTC)))
        cycle = values.pop("cycle", None) or self.the_cycle()
        defaults: dict[str, Any] = {
            "title": f"Ngulik {next(number)}",
            "mode": Mode.ONLINE,
            "link": "https://rapat.go.id",
        }
        defaults |= {"uid": f"{next(number)}@uji", "starts_at": start, "ends_at": end, "planned_at": NOON}
        defaults |= {"status": SessionStatus.SCHEDULED, "cycle_id": cycle.id}
        session = self.save(MentoringSession(**defaults | values))
        self.save(SessionDay(session_id=session.id, starts_at=start, ends_at=end))
        for position, unit in enumerate(units, start=1):
            self.save(SessionUnit(session_id=session.id, unit_id=unit.id, position=position))
        self.session.expire(session)
        return session

    def participant(self, session: MentoringSession, user: User | None = None, **values: Any) -> Participant:
        name = user.name if user else f"Peserta {next(number)}"
        defaults = {"name": name, "part": Part.OFFICER, "user_id": user.id if user else None}
        return self.save(Participant(session_id=session.id, **defaults | values))

    def session_paper(self, session: MentoringSession, **values: Any) -> SessionPaper:
        """An issued record, whose file was never kept."""
        n = next(number)
        defaults: dict[str, Any] = {"kind": PaperKind.RECORD, "number": f"BA/{n}", "name": f"berita-acara-{n}.pdf"}
        defaults |= {"media_type": "application/pdf", "size": 1000, "digest": f"{n:064x}", "code": f"kode-{n}"}
        defaults |= {"issued_on": date(2026, 5, 15), "issued_at": NOON}
        return self.save(SessionPaper(session_id=session.id, **defaults | values))

    def commitment(self, session: MentoringSession, unit: ServiceUnit | None = None, **values: Any) -> Commitment:
        """Promised by the session's first unit, in the first aspect, unless told otherwise."""
        cycle = session.cycle or self.the_cycle()
        unit_id = unit.id if unit else session.units[0].unit_id
        defaults: dict[str, Any] = {"text": f"Menyusun standar {next(number)}.", "due_on": date(2026, 7, 1)}
        defaults |= {"aspect_id": cycle.instrument.aspects[0].id, "entered_at": NOON}
        return self.save(Commitment(session=session, unit_id=unit_id, **defaults | values))

    def delivery(self, user: User, **values: Any) -> Delivery:
        """A digest that was mailed this morning, unless told otherwise."""
        n = next(number)
        defaults: dict[str, Any] = {
            "channel": Channel.EMAIL,
            "kind": DeliveryKind.DIGEST,
            "key": str(date(2020, 1, 1) + timedelta(days=n)),
        }
        defaults |= {"status": DeliveryStatus.SENT, "message_id": f"<uji-{n}@localhost>", "claimed_at": NOON}
        defaults |= {"settled_at": NOON, "subject": "1 pekerjaan menunggu Anda", "text": "Isi lengkap pesan."}
        return self.save(Delivery(recipient_id=user.id, **defaults | values))

    def setting(self, name: str, value: int) -> Setting:
        forget_settings(self.session)
        return self.save(Setting(name=name, value=value))

    def sign_in_of(self, user: User) -> UserSession:
        digest = f"{next(number):064x}"
        ends = datetime(2036, 1, 1, tzinfo=UTC)
        return self.save(UserSession(user_id=user.id, key_digest=digest, started_at=NOON, expires_at=ends))
