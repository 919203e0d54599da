"""The year's figure: what counts, how it is rounded, and that page, list and file agree."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.desk import Desk
from tracker.complaints.recap import followed_up_to_completion, recap_of, year_of
from tracker.complaints.states import ComplaintStatus
from tracker.directory.states import Role
from tracker.kit import sheets

S = ComplaintStatus
IN_2025 = datetime(2025, 6, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "counted", "percent"),
    [(0, 0, None), (0, 5, "0.0"), (5, 5, "100.0"), (1, 3, "33.3"), (2, 3, "66.7"), (1, 16, "6.3"), (999, 1000, "99.9")],
)
def test_indicator_28_by_hand(done: int, counted: int, percent: str | None) -> None:
    assert followed_up_to_completion(done, counted) == (Decimal(percent) if percent else None)


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_indicator_28_lies_between_0_and_100(counted: int, done: int) -> None:
    found = followed_up_to_completion(min(done, counted), counted)
    assert found is not None
    assert 0 <= found <= 100


def year_2025(make: Make) -> int:
    unit = make.unit()
    for status in (S.CLOSED, S.CLOSED, S.CLOSED, S.RESPONDED, S.FORWARDED, S.ARCHIVED):
        make.complaint(unit, "Rahasia benar", received_at=IN_2025, status=status, is_confidential=True)
    make.complaint(unit, received_at=datetime(2025, 12, 31, 17, 0, tzinfo=UTC), status=S.CLOSED)  # 2026 in Jakarta
    return unit.id


def test_a_year_counts_what_was_received_in_it_without_what_is_not_ours(make: Make, machine: Desk) -> None:
    year_2025(make)
    recap = recap_of(machine, year_of(2025))
    assert (recap.received, recap.forwarded, recap.archived, recap.counted, recap.done) == (6, 1, 1, 4, 3)
    assert recap.indicator == Decimal("75.0")
    assert [(each.counted, each.done, each.percentage) for each in recap.units] == [(4, 3, Decimal("75.0"))]
    assert sum(recap.by_status.values()) == recap.received
    assert sum(recap.by_classification.values()) == sum(recap.by_source.values()) == recap.counted
    assert sum(each.number for each in recap.by_aspect) == recap.counted


def test_a_year_without_complaints_has_no_figure(machine: Desk) -> None:
    assert recap_of(machine, year_of(2025)).indicator is None


def test_page_list_and_file_tell_the_same_and_no_word_of_the_citizen(make: Make, site: Site) -> None:
    year_2025(make)
    site.sign_in(make.user(Role.LEADERSHIP))
    page = site.get("/pengaduan/rekap")  # in March 2026 the year that is asked of is 2025
    assert "75,0 %" in page.words
    for outcome, number in (("selesai", 3), ("belum", 1)):
        cases = site.get(f"/pengaduan/pola/kasus?hasil={outcome}&dari=2025-01-01&sampai=2025-12-31")
        assert f"1–{number} dari {number} baris" in cases.words
    sent = site.fetch("/pengaduan/rekap/unduh.xlsx?tahun=2025")
    assert "rekap-pengaduan-2025.xlsx" in sent.headers["Content-Disposition"]
    rows = sheets.read(BytesIO(sent.data), "rekap.xlsx").sheets[0].rows
    said = [" ".join(str(cell) for cell in row if cell is not None) for row in rows]
    assert len([line for line in said if line.startswith("TT-")]) == 4
    assert any("4 dari 4 baris" in line for line in said)
    assert "Rahasia benar" not in " ".join(said)


def test_the_paper_is_a_pdf_of_the_same_year(make: Make, site: Site) -> None:
    year_2025(make)
    site.sign_in(make.user(Role.LEADERSHIP))
    sent = site.fetch("/pengaduan/rekap/unduh.pdf?tahun=2025")
    assert sent.data.startswith(b"%PDF")
    assert "rekap-pengaduan-2025.pdf" in sent.headers["Content-Disposition"]
