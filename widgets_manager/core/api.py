"""Stage: views. The base of every API view: an Actor, scopes, idempotent writes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from django.utils.dateparse import parse_datetime
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from widgets_manager.core.actions.idempotency import hash_request, run_once
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import InvalidInput, NotSignedIn, PermissionDenied

_SAFE: Final = {"GET", "HEAD", "OPTIONS"}


class ApiView(APIView):
    """A view whose handlers use `self.actor` and raise ApiError.

    `scope` is what a token must carry. A write with an `Idempotency-Key` header runs once; its replayed answer
    carries `Idempotent-Replayed: true`. A view whose answer holds a secret sets `keeps_answer` to False: it still runs
    once, but a repeated request is told so instead of given the secret again.
    """

    scope: ClassVar[str] = "widgets"
    keeps_answer: ClassVar[bool] = True
    # Whether tokens may only read here, whatever their scopes: people, roles and tokens are decided on by people.
    people_write: ClassVar[bool] = False

    @property
    def actor(self) -> Actor:
        """Who acts in this request. Raises NotSignedIn."""
        auth = self.request.auth
        if not isinstance(auth, Actor):
            raise NotSignedIn("Sign in, or send a bearer token.")
        return auth

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, then check the token's scope; wrap a keyed write so that it runs once."""
        key = request.headers.get("Idempotency-Key") if request.method not in _SAFE else None
        # Read before the CSRF check and DRF's parser take the stream; files are read by the parser, piece by piece.
        body = request._request.body if key and not _has_files(request) else b""
        super().initial(request, *args, **kwargs)
        self.actor.require_scope(self.scope)
        if self.people_write and request.method not in _SAFE and self.actor.via is not Via.SESSION:
            raise PermissionDenied("The organisation is changed by signed-in people, not by tokens.")
        if key:
            self._wrap_handler(request, key, body)

    def _wrap_handler(self, request: Request, key: str, body: bytes) -> None:
        name = str(request.method).lower()
        handler = getattr(self, name, self.http_method_not_allowed)

        def once(request: Request, *args: Any, **kwargs: Any) -> Response:
            def run() -> tuple[int, Any]:
                response = handler(request, *args, **kwargs)
                return response.status_code, response.data

            fingerprint = hash_request(name, request.get_full_path(), body or _form(request))
            (status, data), replayed = run_once(
                actor=self.actor, key=key, request_hash=fingerprint, run=run, keep_answer=self.keeps_answer
            )
            return Response(data, status=status, headers={"Idempotent-Replayed": "true"} if replayed else {})

        setattr(self, name, once)


def _has_files(request: Request) -> bool:
    return (request.content_type or "").startswith("multipart/")


def _form(request: Request) -> bytes:
    """What a form with files says, whatever its boundary: the fields, and the files by name and content."""
    if not _has_files(request):
        return b""
    said: list[Any] = sorted((key, values) for key, values in request.POST.lists())
    for key, file in sorted(request.FILES.items()):
        said.append((key, file.name, hashlib.file_digest(file.file, "sha256").hexdigest()))
        file.seek(0)
    return repr(said).encode()


def field(data: Any, name: str, kind: type, *, required: bool = True, default: Any = None) -> Any:
    """One field of a JSON body. Raises InvalidInput that names the field and the type it must have."""
    if not isinstance(data, dict):
        raise InvalidInput("The body must be a JSON object.")
    value = data.get(name)
    if value is None:
        if required:
            raise InvalidInput(f"{name}: required", path=name)
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InvalidInput(f"{name}: must be {_TYPE_NAMES.get(kind, kind.__name__)}", path=name)
    if isinstance(value, str) and "\x00" in value:
        raise InvalidInput(f"{name}: must not contain the NUL character", path=name)
    return value


def moment(data: Any, name: str) -> datetime | None:
    """A moment of a JSON body, None when absent or empty. Raises InvalidInput unless it is ISO 8601 with time zone."""
    text = field(data, name, str, required=False)
    if not text:
        return None
    try:
        parsed = parse_datetime(text)
        if parsed is not None and parsed.tzinfo is not None:
            return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # there is no such day or hour, or in UTC it is past the year 9999: the database would not give it back
    raise InvalidInput(f"{name}: must be a date and time with time zone (ISO 8601)", path=name)


def only_fields(data: Any, *allowed: str) -> None:
    """Refuse unknown keys of a JSON body. Raises InvalidInput that lists the allowed ones."""
    if not isinstance(data, dict):
        raise InvalidInput("The body must be a JSON object.")
    unknown = sorted(set(data) - set(allowed))
    if unknown:
        name = unknown[0][:60]
        raise InvalidInput(f"unknown field '{name}'; allowed: {', '.join(allowed) or 'none'}", path=name)


_TYPE_NAMES: Final = {str: "a string", bool: "true or false", int: "a whole number", dict: "an object", list: "a list"}
