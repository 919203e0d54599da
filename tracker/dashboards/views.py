"""The pages that look on: one unit, and what each figure means."""

from tracker.access.pages import Pages

pages = Pages("dashboards", __name__)
