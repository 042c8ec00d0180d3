"""The declarative room's Django app."""

from django.apps import AppConfig


class DeclarativeConfig(AppConfig):
    """Catalog of primitives and actions, expressions, compiler; pure modules that need no Django."""

    name = "widgets_manager.declarative"
    label = "declarative"
