"""Django settings: one module, driven by the environment (config/env.py declares every variable)."""

from __future__ import annotations

import contextlib
import logging
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env

try:
    ENV = env.read()
except env.EnvError as error:
    raise ImproperlyConfigured(str(error)) from None

BASE_DIR = env.BASE_DIR
DATA_DIR: Path = ENV["DATA_DIR"]
ENVIRONMENT: str = ENV["ENVIRONMENT"]
PRODUCTION = ENVIRONMENT == "production"
DEBUG = ENVIRONMENT == "development"


def _secret_key() -> str:
    """The configured key, or outside production one that is made once and kept in DATA_DIR (mode 0600)."""
    if ENV["SECRET_KEY"]:
        return str(ENV["SECRET_KEY"])
    if ENVIRONMENT == "test":
        return "test-only-secret-key-" + "0" * 40
    file = DATA_DIR / "secret_key"
    if not file.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        draft = DATA_DIR / f"secret_key.{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):  # several processes may start at once: the first one's key stays
            file.hardlink_to(draft)
        draft.unlink()
    return file.read_text()


SECRET_KEY = _secret_key()
PUBLIC_ORIGIN: str = ENV["PUBLIC_ORIGIN"] or f"http://127.0.0.1:{ENV['PORT']}"
_PUBLIC_HOST = urlsplit(PUBLIC_ORIGIN).hostname or "127.0.0.1"
SANDBOX_ORIGIN: str = env.sandbox_origin(ENV)
_SANDBOX_HOST = urlsplit(SANDBOX_ORIGIN).hostname or _PUBLIC_HOST
ALLOWED_HOSTS = sorted({_PUBLIC_HOST, _SANDBOX_HOST, ENV["HOST"], "127.0.0.1", "localhost", *ENV["ALLOWED_HOSTS"]})
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "widgets_manager.core",
    "widgets_manager.live",
    "widgets_manager.notifications",
    "widgets_manager.jobs",
    "widgets_manager.files",
    "widgets_manager.egress",
    "widgets_manager.llm",
    "widgets_manager.packages",
    "widgets_manager.declarative",
    "widgets_manager.widgets",
    "widgets_manager.panels",
    "widgets_manager.apps",
    "widgets_manager.sessions",
    "sandbox.frames",
    "sandbox.isolates",
    "sandbox.plugindb",
    "sandbox.plugins",
    "chat.conversations",
    "chat.turns",
    "chat.agents",
]
# What a third party would write: functions and routes for the sample apps.
SAMPLES: bool = not PRODUCTION if ENV["SAMPLES"] is None else ENV["SAMPLES"]
if SAMPLES:
    INSTALLED_APPS.append("samples.functions")
# A room is made when its subject arrives; until its folder is there it is left out.
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if not app.startswith(("widgets_manager.", "sandbox.", "chat."))
    or (BASE_DIR / app.replace(".", "/") / "apps.py").exists()
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "widgets_manager.core.middleware.RequestContextMiddleware",
    "sandbox.frames.middleware.SandboxHostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "widgets_manager.core.middleware.ContentSecurityPolicyMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "widgets_manager.core.context.shell",
            ]
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    """Django's database entry for a postgresql:// URL; a `host` query names a socket folder."""
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or parts.hostname or ""
    port = options.pop("port", "") or str(parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }


DATABASE_URL: str = ENV["DATABASE_URL"] or "postgresql:///widgets"
REDIS_URL: str = ENV["REDIS_URL"] or "redis://127.0.0.1:6379/0"
DATABASES = {"default": _database(DATABASE_URL)}
# Web processes keep a pool; manage.py sets the size to 0, Celery takes the pool away (config/celery.py).
if ENVIRONMENT != "test" and ENV["DB_POOL_SIZE"]:
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": ENV["DB_POOL_SIZE"],
        "timeout": ENV["DB_POOL_TIMEOUT"],
    }
# Not one of Django's: sandbox.plugindb speaks to it by itself, and as other roles than its owner.
PLUGIN_DATABASE_URL: str = ENV["PLUGIN_DATABASE_URL"]
PLUGIN_DB_CONNECTIONS: int = ENV["PLUGIN_DB_CONNECTIONS"]
PLUGIN_DB_PORT: int = ENV["PLUGIN_DB_PORT"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "widgets"},
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}


def _broker(url: str) -> str:
    """The address in Celery's spelling, which differs for sockets: unix://<path>?db=N → redis+socket://<path>?…"""
    if not url.startswith("unix://"):
        return url
    parts = urlsplit(url)
    return f"redis+socket://{parts.path}?virtual_host={dict(parse_qsl(parts.query)).get('db', '0')}"


CELERY_BROKER_URL = _broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

AUTH_USER_MODEL = "core.User"
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")]
if ENVIRONMENT == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
CSRF_FAILURE_VIEW = "widgets_manager.core.errors.csrf_failure"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
_HTTPS = PUBLIC_ORIGIN.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION and _HTTPS else 0
if ENV["TRUST_PROXY"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Only a trusted proxy tells what the browser used; without one every request looks like HTTP and would go in circles.
SECURE_SSL_REDIRECT = bool(PRODUCTION and _HTTPS and ENV["TRUST_PROXY"])
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come past the proxy
SILENCED_SYSTEM_CHECKS = [
    # HSTS for subdomains, and its preload list, bind the operator's whole domain: the proxy's to decide, not ours.
    "security.W005",
    "security.W021",
]

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None  # elsewhere files are served from where they are
STATICFILES_DIRS = [directory for directory in (BASE_DIR / "static" / "dist",) if directory.exists()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILES_ROOT = DATA_DIR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "widgets_manager.core.authentication.BearerTokenAuthentication",
        "widgets_manager.core.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["widgets_manager.core.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "widgets_manager.core.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Widget Manager",
    "DESCRIPTION": "Widgets for AI chat: install, place, ask.",
    "VERSION": "1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"ParticipantKind": "chat.conversations.models.Participant.Kind"},
}

LLM_BASE_URL: str = ENV["LLM_BASE_URL"]
LLM_API_KEY: str = ENV["LLM_API_KEY"]
LLM_MODEL: str = ENV["LLM_MODEL"]
LLM_TIMEOUT: int = ENV["LLM_TIMEOUT"]
FETCH_ALLOW_HOSTS: tuple[str, ...] = ENV["FETCH_ALLOW_HOSTS"]
APP_HTTP_HOSTS: tuple[str, ...] = ENV["APP_HTTP_HOSTS"]
MANIFEST_CACHE_TTL: int = ENV["MANIFEST_CACHE_TTL"]
WORKER_PROCESSES: int = ENV["WORKER_PROCESSES"]
JOBS_PER_TENANT: int = ENV["JOBS_PER_TENANT"]
JOBS_WAITING_PER_TENANT: int = ENV["JOBS_WAITING_PER_TENANT"]
# Set by `make run` and `make serve`, or by whoever runs the service of isolates apart from them.
ISOLATES_SOCKET: str = ENV["ISOLATES_SOCKET"]
ISOLATES_WITHOUT_SECCOMP: bool = ENV["ISOLATES_WITHOUT_SECCOMP"]
LIVE_RETENTION_DAYS: int = ENV["LIVE_RETENTION_DAYS"]
SANDBOX_IDLE_SECONDS: int = ENV["SANDBOX_IDLE_SECONDS"]
WIDGET_CONTEXT_MAX: int = ENV["WIDGET_CONTEXT_MAX"]
WIDGET_FILE_MB: int = ENV["WIDGET_FILE_MB"]
AGENT_FRAMES_PER_MINUTE: int = ENV["AGENT_FRAMES_PER_MINUTE"]
CONVERSATION_FRAMES_PER_MINUTE: int = ENV["CONVERSATION_FRAMES_PER_MINUTE"]
DEBUG_EVENTS: bool = ENV["DEBUG_EVENTS"]


def _at_least(level: str) -> str:
    """LOG_LEVEL, or `level` where that says less."""
    ranks = logging.getLevelNamesMapping()
    configured: str = ENV["LOG_LEVEL"]
    return max(level, configured, key=lambda name: ranks[name])


# Lines for every tick, task and outbound request: what matters of them the rooms log themselves.
_TALKATIVE = ("celery.app.trace", "celery.beat", "celery.worker.strategy", "httpx", "httpx2")
# At DEBUG these log headers, frames, bodies or SQL with its values, and so cookies, tokens and what people wrote.
_INDISCREET = ("django.db.backends", "httpcore", "httpcore2", "openai", "uvicorn.error", "websockets")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "widgets_manager.core.redaction.RedactingFormatter",
            "secrets": [
                SECRET_KEY,
                LLM_API_KEY,
                DATABASES["default"]["PASSWORD"],
                unquote(urlsplit(PLUGIN_DATABASE_URL).password or ""),
            ],
        }
    },
    "filters": {"api_answers_apart": {"()": "widgets_manager.core.logs.ApiAnswersApart"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": ENV["LOG_LEVEL"]},
    "loggers": {
        # Named here they lose the handlers of Django's own configuration, which repeat each line as plain text.
        "django": {"level": _at_least("INFO")},
        "django.server": {"propagate": True},
        # A refused request has its line of widgets.request.
        "django.request": {"level": "ERROR", "filters": ["api_answers_apart"]},
        # Celery gives these plain handlers unless they have some, and sets the root's level by its own option.
        "celery.task": {"handlers": ["console"], "propagate": False},
        "multiprocessing": {"handlers": ["console"], "propagate": False},
        **{name: {"level": ENV["LOG_LEVEL"]} for name in ("widgets", "widgets_manager", "sandbox", "chat")},
        **{name: {"level": _at_least("WARNING")} for name in _TALKATIVE},
        **{name: {"level": _at_least("INFO")} for name in _INDISCREET},
    },
}
