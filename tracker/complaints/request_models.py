"""What citizens ask about their own data (UU 27/2022), and what was done."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.complaints.states import DataRequestKind
from tracker.directory.models import User
from tracker.kit.db import Key, Model
from tracker.kit.rows import InUnit, Recorded
from tracker.kit.vault import Sealed


class DataRequest(Recorded, InUnit, Model):
    """Somebody asked an agency (its root unit) for a copy of their data or its removal; carried out and recorded."""

    __tablename__ = "data_request"
    view = "complaint.handle_data_request"
    private = frozenset({"asked_by"})

    id: Mapped[Key]
    kind: Mapped[DataRequestKind]
    asked_by: Mapped[str] = mapped_column(Sealed)
    """Who asked and how they proved it."""
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    complaints: Mapped[list[Any]] = mapped_column(default=list)
    """The ids it was carried out on."""

    handled_by: Mapped[User | None] = relationship()
