"""Stage: views. The page on which an admin action that cannot be undone asks first."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

from widgets_manager.core.admin_base import ModelAdmin


def ask_first(
    model_admin: ModelAdmin, request: HttpRequest, rows: QuerySet[Any], *, question: str, button: str
) -> TemplateResponse | None:
    """The page that asks about these rows, or None when this request comes from it: then do what was asked.

    The page sends the same action with the same rows again, so that the rows are read and checked anew.
    """
    if request.POST.get("confirmed") == "yes":
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": question,
        "opts": model_admin.model._meta,
        "rows": rows,
        "action": request.POST["action"],
        "checkbox": ACTION_CHECKBOX_NAME,
        "button": button,
    }
    return TemplateResponse(request, "core/admin_confirm.html", context)
