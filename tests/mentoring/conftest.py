"""A mail server and a sender for the invitations."""

from tests.reminders.conftest import office, postal_service, run  # noqa: F401 - fixtures
