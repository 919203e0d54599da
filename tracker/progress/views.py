"""Pages about what is kept of figures: readiness, seals, and what moved between two points."""

from tracker.access.pages import Pages

pages = Pages("progress", __name__)
