"""Where the server is and who the agent is, as the app's "copy .env" gives it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from widget_agents.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses have no path and no slash at their end; the token is a secret and not shown."""

    agent_id: str
    token: str = field(repr=False)
    base_url: str
    ws_url: str

    @classmethod
    def read(cls, file: str | os.PathLike[str] = ".env") -> Settings:
        """From AGENT_ID, AGENT_TOKEN, AGENT_BASE_URL and AGENT_WS_URL of the environment, else of `file`.

        Raises ConfigurationError.
        """
        values = {**read_env_file(Path(file)), **os.environ}
        return cls.of(
            agent_id=_required(values, "AGENT_ID"),
            token=_required(values, "AGENT_TOKEN"),
            base_url=_required(values, "AGENT_BASE_URL"),
            ws_url=values.get("AGENT_WS_URL") or None,
        )

    @classmethod
    def of(cls, *, agent_id: str, token: str, base_url: str, ws_url: str | None = None) -> Settings:
        """Without `ws_url`, WebSockets are at the same address. Raises ConfigurationError."""
        base = base_url.rstrip("/")
        if not base.startswith(("http://", "https://")):
            raise ConfigurationError(f"base_url must begin with http:// or https://, not {base_url!r}")
        sockets = (ws_url or base.replace("http", "ws", 1)).rstrip("/")
        if not sockets.startswith(("ws://", "wss://")):
            raise ConfigurationError(f"ws_url must begin with ws:// or wss://, not {ws_url!r}")
        return cls(agent_id, token, base, sockets)


def read_env_file(file: Path) -> dict[str, str]:
    """`NAME=value` lines; blank ones and comments are skipped, quotes around a value taken off. No file: nothing."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines if not line.lstrip().startswith("#"))
    return {name.strip().removeprefix("export "): value.strip().strip("\"'") for name, equals, value in pairs if equals}


def _required(values: Mapping[str, str], name: str) -> str:
    if not values.get(name):
        raise ConfigurationError(f"{name} is not set: copy the .env of your agent from the app's Agents page")
    return values[name]
