"""Pages about the directory, users, the calendar and the trail."""
