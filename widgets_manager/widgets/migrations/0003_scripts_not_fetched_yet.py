"""Widgets with scripts that were installed before scripts were fetched say so; Retry fetches them."""

from typing import Any

from django.db import migrations

PROBLEM = {"path": "sandbox.entrypoint", "message": "The script has not been fetched yet."}


def say_so(apps: Any, schema_editor: Any) -> None:
    """Only those that nobody has told anything else."""
    widgets = apps.get_model("widgets", "InstalledWidget").objects.filter(manifest__has_key="sandbox", problems=[])
    widgets.exclude(package_version__files__path="sandbox/entrypoint.js").update(problems=[PROBLEM])


class Migration(migrations.Migration):

    dependencies = [
        ('widgets', '0002_installedwidget_problems'),
        ('packages', '0003_package_files'),
    ]

    operations = [
        migrations.RunPython(say_so, migrations.RunPython.noop),
    ]
