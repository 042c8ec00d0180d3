"""Stage: access. The kind of frame that runs the script of a manifest's `sandbox` block."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from sandbox.frames.kinds import Document
from sandbox.frames.policies import widget_headers
from sandbox.frames.scripts import PROBLEM_PATH, SCRIPT_PATH, script_of
from sandbox.frames.tickets import Mount, names_of
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.scripted import is_scripted


class ScriptKind:
    """A script that uses `window.WidgetBridge`."""

    def brings(self, version: PackageVersion) -> bool:
        """Whether the manifest names a script."""
        return is_scripted(version.manifest)

    def require(self, widget: InstalledWidget) -> None:
        """Raise INSECURE_ENTRYPOINT for a script that anybody on the way could have changed."""
        entrypoint = widget.package_version.manifest["sandbox"]["entrypoint"]
        if settings.ENVIRONMENT == "production" and urlsplit(entrypoint).scheme != "https":
            raise ApiError(
                f"The script of {widget.name} does not come by https.", code="INSECURE_ENTRYPOINT", path="widgetId"
            )

    def missing(self, widget: InstalledWidget) -> str:
        """Why the script could not be had."""
        if widget.package_version.files.filter(path=SCRIPT_PATH).exists():
            return ""
        reasons = [problem["message"] for problem in widget.problems if problem["path"] == PROBLEM_PATH]
        return " ".join(reasons) or "Its script could not be fetched."

    def document(self, mount: Mount, widget: InstalledWidget) -> Document:
        """Our side of the bridge, which starts the script."""
        sandbox: Mapping[str, Any] = widget.package_version.manifest["sandbox"]
        config = {
            **names_of(mount),
            "permissions": sandbox["permissions"],
            "script": script_of(widget.package_version),
            "slug": widget.slug,
        }
        return Document("widget", "bridge", config, widget_headers(sandbox))

    def widget_at(self, actor: Actor, place: uuid.UUID) -> InstalledWidget | None:
        """None: all its places are on dashboards."""
        return None


SCRIPT_KIND: Final = ScriptKind()
