"""Writing down what reached the office at a counter, by letter, by telephone or through the Ombudsman."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints.clocks import set_due
from tracker.complaints.identity import Identity, keep_identity
from tracker.complaints.models import Complaint
from tracker.complaints.operations import words
from tracker.complaints.searching import index_words
from tracker.complaints.states import BallHolder, ComplaintSource
from tracker.directory.models import ServiceUnit
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

BY_HAND = (ComplaintSource.COUNTER, ComplaintSource.LETTER, ComplaintSource.TELEPHONE, ComplaintSource.OMBUDSMAN)
"""What comes from SP4N-LAPOR! is imported: its numbers and dates are not typed off a screen."""
NOT_BY_HAND = N_("Pengaduan SP4N-LAPOR! masuk lewat impor.")
NO_SUCH_UNIT = N_("Pilih unit yang Anda tangani.")
NOT_YET = N_("Waktu terima belum tiba.")
CHECK_YEAR = N_("Periksa tahunnya.")
HAPPENED_LATER = N_("Tanggal kejadian sesudah pengaduan diterima.")
KNOWN_NUMBER = N_("Nomor laporan ini sudah tercatat.")
NO_NAME_KEPT = N_("Pengaduan anonim tidak menyimpan data pelapor. Kosongkan data pelapor, atau hapus tanda anonim.")
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Received:
    """A complaint as it was written down."""

    source: ComplaintSource
    unit_id: int
    received_at: datetime
    title: str
    body: str
    tracking_id: str = ""
    topic: str = ""
    service: str = ""
    place: str = ""
    happened_on: date | None = None
    is_confidential: bool = False
    is_anonymous: bool = False
    identity: Identity = field(default_factory=Identity)


def receive(desk: Desk, what: Received) -> Complaint:
    """It is new, at the unit it is about or, where nobody knows yet, at the agency's root unit."""
    unit = desk.session.scalar(
        sa.select(ServiceUnit).where(
            ServiceUnit.id == what.unit_id, ServiceUnit.is_active, desk.units_for(Act.ADD_COMPLAINT)
        )
    )
    if unit is None:
        raise Refusal("unit_id", NO_SUCH_UNIT)
    check(desk, what, unit)
    complaint = Complaint(
        unit=unit,
        unit_id=unit.id,
        agency_id=unit.agency_id,
        area_id=unit.area_id,
        source=what.source,
        tracking_id=what.tracking_id.strip() or None,
        is_confidential=what.is_confidential,
        is_anonymous=what.is_anonymous,
        topic=what.topic.strip(),
        service=what.service.strip(),
        place=what.place.strip(),
        happened_on=what.happened_on,
        received_at=what.received_at,
        holder=BallHolder.LIAISON,
        holder_since=what.received_at,
        added_by_id=desk.actor.id,
    )
    desk.add(complaint)
    desk.session.flush()
    desk.add(words(complaint, what.title.strip(), what.body.strip()))
    set_due(desk, complaint)
    keep_identity(desk, complaint, what.identity)
    index_words(desk, [(complaint.id, what.title, what.body)])
    desk.record(Act.ADD_COMPLAINT, complaint)
    return complaint


def check(desk: Desk, what: Received, unit: ServiceUnit) -> None:
    if what.source not in BY_HAND:
        raise Refusal("source", NOT_BY_HAND)
    if what.received_at > desk.now:
        raise Refusal("received_at", NOT_YET)
    if what.received_at.date() < EARLIEST:
        raise Refusal("received_at", CHECK_YEAR)
    if what.happened_on is not None and what.happened_on < EARLIEST:
        raise Refusal("happened_on", CHECK_YEAR)
    if what.happened_on is not None and what.happened_on > what.received_at.astimezone(ZoneInfo(unit.timezone)).date():
        raise Refusal("happened_on", HAPPENED_LATER)
    if what.is_anonymous and not what.identity.is_empty:
        raise Refusal("is_anonymous", NO_NAME_KEPT)
    number = what.tracking_id.strip()
    if number:
        with as_machine(desk.session):  # a number is one complaint's, also where the asker does not see it
            known = sa.select(Complaint.id).where(Complaint.source == what.source, Complaint.tracking_id == number)
            if desk.session.scalar(known) is not None:
                raise Refusal("tracking_id", KNOWN_NUMBER)
