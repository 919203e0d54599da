"""Environment → Config → application."""

import os
import sys

from config import Config, Misconfigured
from tracker.wiring import create_app

try:
    app = create_app(Config.from_env(os.environ))
except Misconfigured as problem:
    sys.exit(f"tuntas: {problem}")
