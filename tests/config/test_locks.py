"""The lock files: `make run` installs only requirements.lock, so everything imported at run time must be in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from config.env import BASE_DIR

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
import django
django.setup()
import config.asgi, config.celery, config.embedded.supervisor
import kombu.transport.redis, channels_redis.pubsub, uvicorn.main, uvicorn.loops.uvloop
import celery.bin.worker, celery.bin.beat
for name in ("widgets_manager", "sandbox", "chat"):
    for module in pkgutil.walk_packages(importlib.import_module(name).__path__, name + "."):
        importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def locked(name: str) -> set[str]:
    """The distributions a lock file pins, in normal form."""
    return {normal(found) for found in re.findall(r"^([\w.-]+)==", (BASE_DIR / name).read_text(), re.MULTILINE)}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.django_db
def test_it_works() -> None:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", IMPORT_EVERYTHING]
    imported = subprocess.run(command, cwd=BASE_DIR, env=environ, capture_output=True, text=True, check=False)
    assert imported.returncode == 0, imported.stderr
    owners = packages_distributions()
    used = {normal(owner) for module in imported.stdout.split() for owner in owners.get(module, [])}
    # Libraries use these when they happen to be there.
    needless = {"setuptools", "pip", "greenlet", "pygments", "cryptography"}
    assert used - locked("requirements.lock") - needless == set()
    assert {"django", "celery", "channels-redis", "psycopg"} <= used


def test_development_has_everything_of_the_run_time() -> None:
    assert locked("requirements.lock") <= locked("requirements-dev.lock")


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-node.lock", "requirements-pacerelle.lock"]
)
def test_every_package_is_pinned_by_hash_and_names_no_host(name: str) -> None:
    text = (BASE_DIR / name).read_text()
    packages = re.findall(r"^[\w.-]+==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text
