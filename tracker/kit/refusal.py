"""How an operation says no to a person. Pure."""

from typing import Any


class Refusal(Exception):
    """A person's mistake: shown beside the field it is about, with everything typed still there."""

    def __init__(self, field: str, message: str, **values: Any) -> None:
        """`message` is marked with N_ and may hold %(name)s placeholders, filled from `values` after translation."""
        super().__init__(message % values if values else message)
        self.field, self.message, self.values = field, message, values
