"""The Celery application; a task is only a wake-up, the work itself is a row (see widgets_manager.jobs)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("widgets")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
