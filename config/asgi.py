"""The ASGI application: HTTP to Django, `/ws/…` to Channels."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from config.static_files import serve_static  # noqa: E402  (likewise: settings must be configured)
from widgets_manager.live.routing import websocket_urlpatterns  # noqa: E402  (apps must be ready before consumers load)

routes: list[Any] = [*websocket_urlpatterns]  # Channels matches Django's patterns, their types do not know each other
application = ProtocolTypeRouter(
    {
        "http": serve_static(http),
        # The socket checks origin and identity itself: bearer programs send no Origin, and a session is read once.
        "websocket": URLRouter(routes),
    }
)
