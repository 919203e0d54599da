"""Where the files lie that ship with the program: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """The folder `name` (templates, migrations)."""
    shipped = PACKAGE / "_data" / name
    return shipped if shipped.exists() else PACKAGE.parent / name
