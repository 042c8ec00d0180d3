"""The Celery application; a task is only a wake-up, the work itself is a row (see widgets_manager.jobs)."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("widgets")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def use_no_connection_pool(**_: Any) -> None:
    """A worker's processes are forks and run one task at a time: each opens its own connection, no pool is shared."""
    from django.conf import settings

    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
