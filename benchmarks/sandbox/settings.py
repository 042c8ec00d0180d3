"""Production's settings, with the static files of this run in a folder that goes with it."""

from pathlib import Path

from config.settings import *  # noqa: F403  (a settings module is a whole one)
from config.settings import ENV

STATIC_ROOT = Path(ENV["DATA_DIR"]) / "static"
