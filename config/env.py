"""Settings read from the environment: each is declared once, typed, and refused loudly when malformed."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

BASE_DIR: Final = Path(__file__).resolve().parent.parent
_LAST_PORT: Final = 65535


class EnvError(ValueError):
    """A setting is unknown or malformed; the message names it, its value's fault and what is allowed."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared environment variable."""

    name: str
    parse: Callable[[str], Any]
    default: str  # as it would be written in the environment
    help: str


def boolean(text: str) -> bool:
    """`1/true/yes/on` or `0/false/no/off`, in any case. Raises ValueError otherwise."""
    lowered = text.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("must be true or false")


def boolean_or_unset(text: str) -> bool | None:
    """A boolean, or None for nothing. Raises ValueError otherwise."""
    return boolean(text) if text.strip() else None


def integer(minimum: int, maximum: int) -> Callable[[str], int]:
    """A whole number within the bounds. The parser raises ValueError otherwise."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ValueError("must be a whole number") from None
        if not minimum <= value <= maximum:
            raise ValueError(f"must be between {minimum} and {maximum}")
        return value

    return parse


def choice(*allowed: str) -> Callable[[str], str]:
    """One of the given words. The parser raises ValueError otherwise."""

    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError("must be one of " + ", ".join(allowed))
        return text

    return parse


def words(text: str) -> tuple[str, ...]:
    """A comma-separated list without empty entries."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def url(*schemes: str) -> Callable[[str], str]:
    """A URL with one of the schemes, without a trailing slash; empty means unset."""

    def parse(text: str) -> str:
        if text and not text.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError("must be a URL that begins with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return text.rstrip("/")

    return parse


def path(text: str) -> Path:
    """An absolute path; a relative one is taken from the project's folder."""
    return (BASE_DIR / text).resolve()


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "ENVIRONMENT",
        choice("development", "production", "test"),
        "production",
        "`development` (what `make run` uses), `production` or `test`",
    ),
    Setting("SECRET_KEY", str, "", "signs sessions; required in production, made and kept in DATA_DIR otherwise"),
    Setting("DATA_DIR", path, ".data", "folder of the embedded servers, stored files and generated secrets"),
    Setting("HOST", str, "127.0.0.1", "address the web server listens on"),
    Setting("PORT", integer(1, _LAST_PORT), "8000", "port the web server listens on"),
    Setting("PUBLIC_ORIGIN", url("http", "https"), "", "address people use, such as https://widgets.example.org"),
    Setting("ALLOWED_HOSTS", words, "", "extra host names the server answers to, comma-separated"),
    Setting("TRUST_PROXY", boolean, "false", "trust X-Forwarded-Proto from a reverse proxy in front of the server"),
    Setting(
        "DATABASE_URL", url("postgresql", "postgres"), "", "external PostgreSQL; unset, an embedded one is started"
    ),
    Setting(
        "REDIS_URL", url("redis", "rediss", "unix"), "", "external Redis or Valkey; unset, an embedded one is started"
    ),
    Setting(
        "PLUGIN_DATABASE_URL",
        url("postgresql", "postgres"),
        "",
        "database of the plugins' tables, apart from DATABASE_URL's; unset, one of the embedded server, or none where "
        "DATABASE_URL is set",
    ),
    Setting(
        "PLUGIN_DB_CONNECTIONS", integer(1, 200), "8", "connections each process keeps to the plugins' database at most"
    ),
    Setting(
        "PLUGIN_DB_PORT",
        integer(0, _LAST_PORT),
        "0",
        "port of 127.0.0.1 where authors reach their plugins' tables on the embedded server; 0 opens none",
    ),
    Setting("DB_POOL_SIZE", integer(0, 200), "8", "database connections each web process keeps; 0 keeps none"),
    Setting("DB_POOL_TIMEOUT", integer(1, 120), "10", "seconds to wait for a free database connection"),
    Setting("WEB_PROCESSES", integer(1, 64), "2", "web server processes on this host"),
    Setting("WORKER_PROCESSES", integer(1, 64), "4", "background worker processes on this host"),
    Setting(
        "JOBS_PER_TENANT",
        integer(1, 64),
        "4",
        "background jobs of one organisation that run at once; always one fewer than WORKER_PROCESSES at most",
    ),
    Setting(
        "JOBS_WAITING_PER_TENANT",
        integer(1, 1_000_000),
        "1000",
        "background jobs of one organisation that may wait; more are refused with QUEUE_FULL",
    ),
    Setting(
        "SANDBOX_ORIGIN",
        url("http", "https"),
        "",
        "origin with a host name of its own where scripts of widgets run; unset, `http://localhost:<SANDBOX_PORT>` in "
        "development without PUBLIC_ORIGIN, elsewhere the application's own host",
    ),
    Setting(
        "SANDBOX_PORT",
        integer(0, _LAST_PORT),
        "0",
        "port the server listens on for that origin, besides PORT; 0 is PORT + 1000 in development and none elsewhere",
    ),
    Setting(
        "SANDBOX_IDLE_SECONDS",
        integer(1, 86400),
        "300",
        "seconds after which a widget's frame that nobody sees is released",
    ),
    Setting(
        "ISOLATES_SOCKET",
        str,
        "",
        "socket of the service that runs plugins' code on this host; unset, `make run` and `make serve` start one",
    ),
    Setting("ISOLATES_CHILDREN", integer(1, 256), "8", "plugins' actions that run at once on this host"),
    Setting("ISOLATES_HEAVY_CHILDREN", integer(1, 64), "4", "plugins' background runs at once on this host"),
    Setting("ISOLATES_READY", integer(0, 64), "2", "processes kept ready for plugins that none has run yet"),
    Setting("ISOLATES_QUEUE", integer(1, 100_000), "1000", "plugins' actions of one organisation that may wait"),
    Setting("ISOLATES_ACTION_SECONDS", integer(1, 3600), "120", "seconds a plugin's action may take at most"),
    Setting("ISOLATES_JOB_SECONDS", integer(1, 3600), "600", "seconds a plugin's background run may take at most"),
    Setting(
        "ISOLATES_WITHOUT_SECCOMP",
        boolean,
        "false",
        "let production run plugins' code on a host that cannot filter system calls",
    ),
    Setting("DEMO_PASSWORD", str, "", "password of the demo users; made at random when unset"),
    Setting("FETCH_ALLOW_HOSTS", words, "", "host or host:port names the outbound client may reach although private"),
    Setting("APP_HTTP_HOSTS", words, "", "host or host:port names that the widgets of every app may ask over https"),
    Setting(
        "SAMPLES",
        boolean_or_unset,
        "",
        "register the functions that the sample apps call; unset, everywhere but in production",
    ),
    Setting("LLM_BASE_URL", url("http", "https"), "", "OpenAI-compatible endpoint; unset, the offline matcher answers"),
    Setting("LLM_API_KEY", str, "", "bearer key of that endpoint"),
    Setting("LLM_MODEL", str, "", "model name at that endpoint"),
    Setting("LLM_TIMEOUT", integer(1, 600), "60", "seconds to wait for the endpoint"),
    Setting("MANIFEST_CACHE_TTL", integer(1, 86400), "300", "seconds a person's manifests stay cached"),
    Setting("LIVE_RETENTION_DAYS", integer(1, 365), "7", "days live events are kept for clients that come back"),
    Setting("WIDGET_CONTEXT_MAX", integer(500, 100_000), "4000", "characters of widgets' values in the chat's prompt"),
    Setting("WIDGET_FILE_MB", integer(1, 1000), "25", "megabytes of a file that a person gives to a widget"),
    Setting("AGENT_FRAMES_PER_MINUTE", integer(10, 1_000_000), "1200", "frames that one agent may send in a minute"),
    Setting(
        "CONVERSATION_FRAMES_PER_MINUTE",
        integer(10, 1_000_000),
        "600",
        "messages and widgets' changes of all agents that one conversation takes in a minute",
    ),
    Setting("LOG_LEVEL", choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "least severe level that is logged"),
    Setting("DEBUG_EVENTS", boolean, "false", "log the widget debug events"),
)
_NAMES: Final = frozenset(setting.name for setting in SETTINGS)
_FAMILIES: Final = (
    "AGENT_",
    "APP_",
    "CONVERSATION_",
    "DB_POOL_",
    "DEMO_",
    "FETCH_",
    "ISOLATES_",
    "JOBS_",
    "LIVE_",
    "LLM_",
    "MANIFEST_",
    "PLUGIN_",
    "PUBLIC_",
    "SANDBOX_",
    "WEB_",
    "WIDGET_",
    "WORKER_",
)
_SECRET: Final = frozenset({"SECRET_KEY", "LLM_API_KEY", "DATABASE_URL", "PLUGIN_DATABASE_URL", "REDIS_URL"})
_KEY_LENGTH: Final = 32


def _refuse_misspelt(source: Mapping[str, str]) -> None:
    """A setting that nothing reads is a fault its owner would never see. Other programs' variables are not ours."""
    for name in sorted(name for name in source if name.startswith(_FAMILIES) and name not in _NAMES):
        if close := difflib.get_close_matches(name, _NAMES, 1, cutoff=0.8):
            raise EnvError(f"{name} is not a setting: did you mean {close[0]}?")


def value(name: str) -> Any:
    """One setting from this process's environment. Raises EnvError when it is malformed."""
    setting = next(setting for setting in SETTINGS if setting.name == name)
    try:
        return setting.parse(os.environ.get(name) or setting.default)
    except ValueError as error:
        raise EnvError(f"{name}: {error}.") from None


def read(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every declared setting, parsed. Raises EnvError naming the first that is malformed or missing."""
    source = os.environ if environ is None else environ
    _refuse_misspelt(source)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = source.get(setting.name) or setting.default
        try:
            values[setting.name] = setting.parse(text)
        except ValueError as error:
            shown = "…" if setting.name in _SECRET else repr(text)
            raise EnvError(f"{setting.name}={shown}: {error}.") from None
    if values["ENVIRONMENT"] == "production" and len(values["SECRET_KEY"]) < _KEY_LENGTH:
        raise EnvError(f"SECRET_KEY must be set in production, to a random text of {_KEY_LENGTH} characters or more.")
    return values


def sandbox_port(values: Mapping[str, Any]) -> int:
    """The port of the sandbox's origin: the given one, else 1,000 above PORT, or below it where that is no port."""
    given, port = int(values["SANDBOX_PORT"]), int(values["PORT"])
    return given or (port + 1000 if port + 1000 <= _LAST_PORT else port - 1000)


def sandbox_origin(values: Mapping[str, Any]) -> str:
    """The origin where scripts of widgets run; empty for the application's own host."""
    given: str = values["SANDBOX_ORIGIN"]
    if given or values["ENVIRONMENT"] != "development" or values["PUBLIC_ORIGIN"]:
        return given
    return f"http://localhost:{sandbox_port(values)}"


def sandbox_has_listener(values: Mapping[str, Any]) -> bool:
    """Whether a port of its own is opened for the sandbox's origin; otherwise a proxy sends its host name to PORT."""
    origin = sandbox_origin(values)
    return bool(origin) and (bool(values["SANDBOX_PORT"]) or origin != values["SANDBOX_ORIGIN"])


def markdown() -> str:
    """The table of settings that README.md holds."""
    rows = [f"| `{each.name}` | {f'`{each.default}`' if each.default else ''} | {each.help} |" for each in SETTINGS]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


if __name__ == "__main__":
    print(markdown())
