"""What people read about permissions and life cycles is what the code does."""

from tools.print_docs import DOCS, lifecycles, permissions


def test_the_printed_permissions_are_those_of_the_policy() -> None:
    assert (DOCS / "permissions.md").read_text() == permissions()


def test_the_printed_life_cycles_are_those_of_the_workflows() -> None:
    assert (DOCS / "lifecycles.md").read_text() == lifecycles()
