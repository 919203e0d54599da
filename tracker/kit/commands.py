"""Groups of commands that several packages add to."""

from flask.cli import AppGroup

imports = AppGroup("import", help="Bring in files that offices made.")
