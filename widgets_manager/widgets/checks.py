"""Stage: access. System checks of this room."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from widgets_manager.widgets.samples import FIRST, sample_names


@register
def check_samples(**kwargs: Any) -> list[CheckMessage]:
    """The sample manifests must be there: the first steps of a newcomer use them."""
    if FIRST in sample_names():
        return []
    return [Error("The sample manifests are missing.", hint="Restore samples/manifests/.", id="widgets.E001")]
