"""Files over HTTP: upload before sending, download when wanted."""

from __future__ import annotations

from urllib.parse import quote

import httpx

from widget_agents.errors import NotAuthorized, Refused
from widget_agents.settings import Settings


class Blobs:
    """One HTTP client for all files of an agent."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=settings.base_url,
            headers={"Authorization": f"Bearer {settings.token}"},
            timeout=httpx.Timeout(60, connect=10),
            transport=transport,
        )

    async def upload(self, data: bytes) -> tuple[str, str | None]:
        """Store bytes: the blob's id and its SHA-256. Raises httpx.HTTPError, NotAuthorized, Refused."""
        headers = {"Content-Type": "application/octet-stream"}
        answer = _checked(await self._http.post("/agent/blobs", content=data, headers=headers)).json()
        return str(answer["id"]), answer.get("sha256")

    async def download(self, blob_id: str) -> bytes:
        """A blob's bytes. Raises httpx.HTTPError, NotAuthorized, Refused."""
        return _checked(await self._http.get(f"/agent/blobs/{quote(blob_id, safe='')}")).content

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    if response.status_code == 401:
        raise NotAuthorized("the server does not know this agent's token")
    try:
        error = response.json()["error"]
        raise Refused(str(error["code"]), str(error["message"]), error.get("path"))
    except (ValueError, KeyError, TypeError):
        response.raise_for_status()
        raise Refused("UNEXPECTED_STATUS", f"the server answered {response.status_code}") from None
