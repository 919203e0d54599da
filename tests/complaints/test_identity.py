"""Who complains: kept apart, and told of in the trail without a word of it."""

from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.identity import Identity, keep_identity


def test_an_identity_kept_with_a_complaint_is_told_of_as_changed_without_its_words(make: Make, machine: Desk) -> None:
    complaint = make.complaint()
    keep_identity(machine, complaint, Identity("Ibu Mawar", "0800-0000-0001"))
    event = machine.record(Act.ADD_COMPLAINT, complaint)
    machine.session.commit()
    assert event.subject_id == complaint.id
    assert "Complainant.sealed" in event.changes
    assert "Mawar" not in str(event.changes)
