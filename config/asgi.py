"""The ASGI applications: HTTP to Django, `/ws/…` to Channels; on the scripts' own host Django alone."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from chat.agents.routing import websocket_urlpatterns as agent_sockets  # noqa: E402  (consumers need the apps)
from config.static_files import serve_static  # noqa: E402  (likewise: settings must be configured)
from widgets_manager.core.origins import is_sandbox_host  # noqa: E402  (likewise)
from widgets_manager.live.routing import websocket_urlpatterns  # noqa: E402  (apps must be ready before consumers load)


def by_host(ours: Any, of_scripts: Any) -> Any:
    """An application for the host that people use, and another one for the scripts' own."""

    async def choose(scope: Any, receive: Any, send: Any) -> None:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        chosen = of_scripts if is_sandbox_host(host) else ours
        await chosen(scope, receive, send)

    return choose


async def refuse_request(scope: Any, receive: Any, send: Any) -> None:
    """What the scripts' own port answers under every name but theirs."""
    headers = [
        (b"content-type", b"text/plain"),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"There is nothing at this address."})


async def refuse_socket(scope: Any, receive: Any, send: Any) -> None:
    """Close a socket before it is open."""
    await receive()
    await send({"type": "websocket.close"})


# Channels matches Django's patterns; their types do not know each other.
routes: list[Any] = [*websocket_urlpatterns, *agent_sockets]
application = ProtocolTypeRouter(
    {
        "http": by_host(serve_static(http), http),
        # The socket checks origin and identity itself: bearer programs send no Origin, and a session is read once.
        "websocket": by_host(URLRouter(routes), refuse_socket),
    }
)
# What listens at SANDBOX_PORT: frames, and nothing of the application under any name.
scripts = ProtocolTypeRouter({"http": by_host(refuse_request, http), "websocket": refuse_socket})
