"""A file that is accepted can be kept: the columns hold the longest of the names that kinds of file go by."""

import pytest

from tracker.followups.models import Evidence
from tracker.kit.content import ENDINGS
from tracker.kit.db import Model
from tracker.mentoring.models import SessionPaper


@pytest.mark.parametrize("model", [Evidence, SessionPaper])
def test_every_kind_of_file_fits_its_column(model: type[Model]) -> None:
    assert model.__table__.c.media_type.type.length >= max(map(len, ENDINGS))  # type: ignore[attr-defined]
