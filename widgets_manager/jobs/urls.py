"""Addresses of this room."""

from django.urls import path

from widgets_manager.jobs import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
