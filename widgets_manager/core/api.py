"""Stage: views. The base of every API view: an Actor, scopes, idempotent writes."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from widgets_manager.core.actions.idempotency import hash_request, run_once
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput, NotSignedIn

_SAFE: Final = {"GET", "HEAD", "OPTIONS"}


class ApiView(APIView):
    """A view whose handlers use `self.actor` and raise ApiError.

    `scope` is what a token must carry. A write with an `Idempotency-Key` header runs once; its replayed answer
    carries `Idempotent-Replayed: true`.
    """

    scope: ClassVar[str] = "widgets"

    @property
    def actor(self) -> Actor:
        """Who acts in this request. Raises NotSignedIn."""
        auth = self.request.auth
        if not isinstance(auth, Actor):
            raise NotSignedIn("Sign in, or send a bearer token.")
        return auth

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, then check the token's scope; wrap a keyed write so that it runs once."""
        super().initial(request, *args, **kwargs)
        self.actor.require_scope(self.scope)
        key = request.headers.get("Idempotency-Key")
        if key and request.method not in _SAFE:
            self._wrap_handler(request, key)

    def _wrap_handler(self, request: Request, key: str) -> None:
        name = str(request.method).lower()
        handler = getattr(self, name, self.http_method_not_allowed)

        def once(request: Request, *args: Any, **kwargs: Any) -> Response:
            def run() -> tuple[int, Any]:
                response = handler(request, *args, **kwargs)
                return response.status_code, response.data

            fingerprint = hash_request(name, request.get_full_path(), body)
            (status, data), replayed = run_once(actor=self.actor, key=key, request_hash=fingerprint, run=run)
            return Response(data, status=status, headers={"Idempotent-Replayed": "true"} if replayed else {})

        # Read before DRF's parser takes the stream.
        body = request._request.body
        setattr(self, name, once)


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


def only_fields(data: Any, *allowed: str) -> None:
    """Refuse unknown keys of a JSON body. Raises InvalidInput that lists the allowed ones."""
    if not isinstance(data, dict):
        raise InvalidInput("The body must be a JSON object.")
    unknown = sorted(set(data) - set(allowed))
    if unknown:
        raise InvalidInput(f"unknown field '{unknown[0]}'; allowed: {', '.join(allowed)}", path=unknown[0])


_TYPE_NAMES: Final = {str: "a string", bool: "true or false", int: "a whole number", dict: "an object", list: "a list"}
