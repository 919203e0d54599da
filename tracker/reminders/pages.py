"""The pages about reminders, whichever file they are written in."""

from tracker.access.pages import Pages

pages = Pages("reminders", __name__)
