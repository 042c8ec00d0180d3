"""Stage: system checks. Tell operators what weakens the outbound client."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register("egress")
def allowed_hosts_are_for_development(**kwargs: Any) -> list[CheckMessage]:
    """egress.W001 when FETCH_ALLOW_HOSTS is set outside development."""
    if not settings.FETCH_ALLOW_HOSTS or settings.ENVIRONMENT == "development":
        return []
    named = ", ".join(settings.FETCH_ALLOW_HOSTS)
    return [
        Warning(
            f"FETCH_ALLOW_HOSTS lets everybody who installs widgets make this server call {named}, even when private.",
            hint="Leave it empty outside development, or name as few host:port pairs as possible.",
            id="egress.W001",
        )
    ]
