"""The pages of administration, whichever file they are written in."""

from tracker.access.pages import Pages

pages = Pages("administration", __name__)
