"""Root addresses: each room brings its own; a room that is not there yet is left out."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


def _has_addresses(app: str) -> bool:
    """Whether a room brings a URLconf (egress.urls, for one, is about other people's addresses)."""
    ours = app.startswith(("widgets_manager.", "sandbox.", "chat."))
    return ours and find_spec(f"{app}.urls") is not None and hasattr(import_module(f"{app}.urls"), "urlpatterns")


# The content security policy refuses inline script and style: the page's script has an address of its own.
_api_docs = SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="core/api_docs.html")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs", _api_docs, name="api-docs"),
    # From the highest room down: a lower one would take a higher one's names for ids (`api/widgets/<id>`).
    *(path("", include(f"{app}.urls")) for app in reversed(settings.INSTALLED_APPS) if _has_addresses(app)),
]

handler400 = "widgets_manager.core.errors.bad_request"
handler403 = "widgets_manager.core.errors.permission_denied"
handler404 = "widgets_manager.core.errors.page_not_found"
handler500 = "widgets_manager.core.errors.server_error"
