"""A part of somebody's home page: a template and what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """`template` is included with `section` as this very object; what it shows stands in `shown`."""

    template: str
    shown: Mapping[str, Any] = field(default_factory=dict)
    uses_htmx: bool = False
    """A part of it is fetched after the page."""
