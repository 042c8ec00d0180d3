"""Stage: views. What the shell of every page shows: who, where, and where one can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from widgets_manager.core import request_context
from widgets_manager.core.access import memberships_of
from widgets_manager.core.authentication import TENANT_SESSION_KEY
from widgets_manager.core.navigation import entries


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell`: user, tenants, role, navigation, size of files, the sandbox; for people not signed in it is empty."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell": {"user": None, "nav": []}}
    memberships = list(memberships_of(user))
    chosen = str(request.session.get(TENANT_SESSION_KEY))
    current = next((item for item in memberships if str(item.tenant_id) == chosen), None) or next(
        iter(memberships), None
    )
    if current is not None:
        request_context.identify(tenant_id=current.tenant_id, user_id=user.pk)
    return {
        "shell": {
            "user": {
                "id": str(user.pk),
                "name": user.display_name,
                "username": user.username,
                "is_staff": user.is_staff,
            },
            "tenant": {"id": str(current.tenant_id), "name": current.tenant.name} if current else None,
            "tenants": [
                {"id": str(item.tenant_id), "name": item.tenant.name, "role": item.get_role_display()}
                for item in memberships
            ],
            "role": current.role if current else "",
            "file_mb": settings.WIDGET_FILE_MB,
            # Scripts of widgets have an opaque origin where they run on this host.
            "sandbox": {"origin": settings.SANDBOX_ORIGIN or "null", "idle": settings.SANDBOX_IDLE_SECONDS},
            "nav": [
                {
                    "label": _(entry.label),
                    "url": reverse(entry.url_name),
                    "icon": entry.icon,
                    "active": request.path.startswith(reverse(entry.url_name)),
                }
                for entry in entries()
            ],
        }
    }
