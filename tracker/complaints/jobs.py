"""What time does to complaints: unanswered responses close, and identities are not kept for ever."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import JAKARTA, Desk
from tracker.administration.settings import setting
from tracker.complaints import clocks
from tracker.complaints.identity import remove_identities
from tracker.complaints.models import Complainant, Complaint
from tracker.complaints.rules import last_day_out_of_retention
from tracker.complaints.states import Clock, ComplaintStatus
from tracker.directory.models import ServiceUnit
from tracker.kit.db import Rows
from tracker.kit.words import N_

AT_ONCE = 200
"""Complaints changed in one transaction: well under a second."""
UNANSWERED = N_("Ditutup otomatis: pelapor tidak menjawab tanggapan sampai batas waktunya.")
KEPT_LONG_ENOUGH = N_("Masa simpan identitas berakhir.")


def look_after_complaints(desk: Desk, _slot: datetime) -> Mapping[str, int]:
    """What is due is done piece by piece, each a transaction; how much it was stands with the run."""
    return {"complaints_closed": close_unanswered(desk), "identities_removed": remove_old_identities(desk)}


def close_unanswered(desk: Desk) -> int:
    """Close what was responded to and heard nothing of until its closing clock ended."""
    waiting = (
        sa.select(Complaint)
        .where(
            Complaint.is_open,
            Complaint.pending_id.is_(None),
            Complaint.due_at < desk.now,
            Complaint.due_clock == Clock.CLOSING,
            Complaint.status == ComplaintStatus.RESPONDED,
        )
        .options(joinedload(Complaint.unit).joinedload(ServiceUnit.region))
    )
    closed = 0
    for some in pieces(desk, waiting):
        for complaint in some:
            complaint.move(Act.CLOSE_COMPLAINT)
            complaint.closed_at = desk.now
            clocks.pass_ball(desk, complaint)
            desk.record(Act.CLOSE_COMPLAINT, complaint, UNANSWERED)
        closed += len(some)
        desk.session.commit()
    return closed


def remove_old_identities(desk: Desk) -> int:
    """Of complaints that were over so many months ago (a setting) nobody's identity is kept any longer."""
    last = last_day_out_of_retention(desk.now.astimezone(JAKARTA).date(), setting(desk.session, "identity_months"))
    before = datetime.combine(last + timedelta(1), time(0), JAKARTA)
    over = (
        sa.select(Complaint)
        .join(Complainant, Complainant.complaint_id == Complaint.id)
        .where(~Complaint.is_open, Complaint.pending_id.is_(None), Complaint.closed_at < before)
    )
    removed = 0
    for some in pieces(desk, over):
        removed += remove_identities(desk, some, KEPT_LONG_ENOUGH)
        desk.session.commit()
    return removed


def pieces(desk: Desk, query: Rows[Complaint]) -> Iterator[list[Complaint]]:
    """So many at a time, in the order of their numbers; whoever is handed them changes and commits them."""
    last = 0
    while True:
        some: list[Complaint] = desk.all(query.where(Complaint.id > last).order_by(Complaint.id).limit(AT_ONCE))
        if some:
            last = some[-1].id
            yield some
        if len(some) < AT_ONCE:
            return
