"""A Django app as a third party writes one: functions and a route that the sample apps call.

Copy this folder to begin with one of your own, and add it to INSTALLED_APPS. docs/apps.md tells the story.
"""

from django.apps import AppConfig


class SampleFunctionsConfig(AppConfig):
    """Registers the functions by `module.action`, and the route."""

    name = "samples.functions"
    label = "sample_functions"
    verbose_name = "Sample functions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registries."""
        from samples.functions import calendar, demo, files, people, rag, tasks

        for module in (calendar, demo, files, people, rag, tasks):
            module.register()
