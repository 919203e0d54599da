"""All pages of administration: importing them is what puts them on the site."""

from tracker.administration import (
    calendar_views,
    complaint_officer_views,
    directory_views,
    officer_views,
    upload_views,
    user_views,
)
from tracker.administration.pages import pages

__all__ = [
    "calendar_views",
    "complaint_officer_views",
    "directory_views",
    "officer_views",
    "pages",
    "upload_views",
    "user_views",
]
