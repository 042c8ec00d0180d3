"""Production's settings, with static files from where the build leaves them: collecting thousands takes its time."""

from config.settings import *  # noqa: F403  (a settings module is a whole one)
from config.settings import BASE_DIR

STATIC_ROOT = BASE_DIR / "static" / "dist"
