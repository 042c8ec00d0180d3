"""Stage: views. For chat backends outside: the manifests of a request, and the execution of its intents.

`POST /api/chat/manifests` is on the path of every chat message, so it is an async view that is answered, once warm,
by one Redis pipeline: the generations of all whom the answer depends on, and the ready answer. A caller's identity is
kept in the process for a minute and only while the generation of its user stands still (a revoked token raises it).
"""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

import orjson
import redis as redis_library
from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.core import request_context
from widgets_manager.core.access import on_behalf_of, token_actor
from widgets_manager.core.actor import Actor
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.authentication import bearer_secret, touch_token
from widgets_manager.core.errors import as_api_error, error_response
from widgets_manager.core.exceptions import ApiError, InvalidInput, NotSignedIn
from widgets_manager.core.logs import debug_event
from widgets_manager.core.parsers import MAX_BODY
from widgets_manager.core.redis import async_redis
from widgets_manager.core.schema import described_by, writes
from widgets_manager.core.strict_json import parse_json
from widgets_manager.widgets import cache, chat_schema
from widgets_manager.widgets.intents import IntentRequest, execute_intent, execute_placeless
from widgets_manager.widgets.panels_of import visible_only
from widgets_manager.widgets.prompts import build_prompt_section, build_tools, tool_targets

IDENTITY_SECONDS: Final = 60
MAX_IDENTITIES: Final = 10_000
MAX_PANEL_IDS: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Caller:
    """A verified token and the user it acts for; good until `until` and while the token user's generation stands."""

    tenant_id: uuid.UUID
    user_id: uuid.UUID
    keys: tuple[str, ...]  # generations of tenant, target user, token user
    token_generation: int
    until: float


_callers: dict[tuple[str, str], _Caller] = {}


@described_by(chat_schema.ManifestsDescription)
@csrf_exempt  # authenticated by bearer token only; a cookie means nothing here
async def manifests(request: HttpRequest) -> HttpResponse:
    """`{user?, visiblePanelIds?, focusedPanelId?}` → `{manifests, promptSection, tools, toolTargets, generation}`.

    Scope `chat:manifests`; ETag and If-None-Match (304). Without visiblePanelIds all the user's panels count.
    """
    try:
        if request.method != "POST":
            raise ApiError(f'Method "{request.method}" not allowed.', code="METHOD_NOT_ALLOWED", status=405)
        secret = bearer_secret(request.headers.get("Authorization", ""))
        if secret is None:
            raise NotSignedIn("Send a bearer token with the scope 'chat:manifests'.")
        body = request.body
        etag, answer = await _warm_answer(secret, body) or await sync_to_async(_cold_answer)(secret, body)
    except Exception as error:
        refusal = as_api_error(error)
        if refusal is None:
            raise
        return error_response(refusal)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    return HttpResponse(
        answer, content_type="application/json", headers={"ETag": etag, "Cache-Control": "private, no-cache"}
    )


async def _warm_answer(secret: str, body: bytes) -> tuple[str, bytes] | None:
    caller = _callers.get((secret, _named_user(body)))
    if caller is None or caller.until < time.time():
        return None
    try:
        pipe = async_redis().pipeline(transaction=False)
        pipe.mget(caller.keys)
        pipe.hget(cache.entry_key(caller.tenant_id, caller.user_id), f"answer:{_digest(body)}")
        generations, kept = await pipe.execute()
    except (redis_library.RedisError, OSError):
        return None
    if kept is None or None in generations or int(generations[2]) != caller.token_generation:
        return None
    head, _, answer = kept.partition(b"\n")
    stamp, _, etag = head.partition(b" ")
    if stamp != generations[0] + b"." + generations[1]:
        return None
    request_context.identify(tenant_id=caller.tenant_id, user_id=caller.user_id)
    debug_event("widget_chat_prompt_injected", generation=stamp.decode(), cached=True)
    return etag.decode(), answer


def _cold_answer(secret: str, body: bytes) -> tuple[str, bytes]:
    """Verify everything against the database, build the answer and keep it."""
    if len(body) > MAX_BODY:
        raise ApiError(f"The body is larger than {MAX_BODY:,} bytes.", code="TOO_LARGE", status=413)
    data = parse_json(body, max_bytes=MAX_BODY) if body.strip() else {}
    only_fields(data, "user", "visiblePanelIds", "focusedPanelId")
    token = token_actor(secret)
    token.require_scope("chat:manifests")
    user = field(data, "user", str, required=False)
    actor = on_behalf_of(token, user)
    request_context.identify(tenant_id=actor.tenant_id, user_id=actor.user_id)
    visible = panel_ids(data)
    focused = field(data, "focusedPanelId", str, required=False)
    stamp, panels = cache.cached_panels(actor, cache.Stamp(actor.tenant.generation, actor.generation))
    shown = visible_only(panels, visible)
    answer = orjson.dumps(
        {
            "manifests": [panel.manifest | {"panelId": panel.panel_id, "title": panel.title} for panel in shown],
            "promptSection": build_prompt_section(shown, focused),
            "tools": build_tools(shown),
            "toolTargets": tool_targets(shown),
            "generation": stamp.text,
        }
    )
    etag = '"' + hashlib.sha256(answer).hexdigest()[:32] + '"'
    touch_token(token)
    cache.keep_answer(actor.tenant_id, actor.user_id, stamp, _digest(body), etag, answer)
    _remember(secret, user or "", token, actor)
    return etag, answer


def _remember(secret: str, named: str, token: Actor, actor: Actor) -> None:
    if len(_callers) >= MAX_IDENTITIES:
        _callers.clear()
    expires = token.token_expires_at
    until = time.time() + IDENTITY_SECONDS
    tenant_id = actor.tenant_id
    _callers[secret, named] = _Caller(
        tenant_id=tenant_id,
        user_id=actor.user_id,
        keys=(
            cache.tenant_key(tenant_id),
            cache.member_key(tenant_id, actor.user_id),
            cache.member_key(tenant_id, token.user_id),
        ),
        token_generation=token.generation,
        until=min(until, expires.timestamp()) if expires else until,
    )


def _named_user(body: bytes) -> str:
    """The `user` of the body for looking up; a body that is not strictly valid never has a kept answer."""
    if b'"user"' not in body:
        return ""
    try:
        return str(orjson.loads(body).get("user") or "")
    except (orjson.JSONDecodeError, AttributeError):
        return ""


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def panel_ids(data: Any) -> list[str] | None:
    """`visiblePanelIds` of a body, None when absent. Raises InvalidInput."""
    ids: list[str] | None = field(data, "visiblePanelIds", list, required=False)
    if ids is not None and (len(ids) > MAX_PANEL_IDS or not all(isinstance(one, str) for one in ids)):
        raise InvalidInput(
            f"visiblePanelIds: must be a list of at most {MAX_PANEL_IDS} strings", path="visiblePanelIds"
        )
    return ids


@extend_schema(tags=["chat"])
class IntentView(ApiView):
    """Execute a `panel_intent` that a model answered."""

    scope = "chat:intents"

    @writes(chat_schema.Result, 404, 409, 422, body=chat_schema.IntentWish)
    def post(self, request: Request) -> Response:
        """Body `{user?, args: {panelId, intentName, params?}, visiblePanelIds?, confirmationId?}` → the result."""
        only_fields(request.data, "user", "args", "visiblePanelIds", "confirmationId")
        actor = on_behalf_of(self.actor, field(request.data, "user", str, required=False))
        request_context.identify(tenant_id=actor.tenant_id, user_id=actor.user_id)
        wanted = intent_request(field(request.data, "args", dict))
        confirmation_id = field(request.data, "confirmationId", str, required=False)
        result = execute_placeless(actor=actor, request=wanted, confirmation_id=confirmation_id) or execute_intent(
            actor=actor,
            request=wanted,
            visible_panel_ids=panel_ids(request.data),
            confirmation_id=confirmation_id,
        )
        return Response(result.as_dict())


def intent_request(args: dict[str, Any]) -> IntentRequest:
    """The args of a `panel_intent`. Raises InvalidInput that names the key."""
    only_fields(args, "panelId", "intentName", "params")
    return IntentRequest(
        panel_id=field(args, "panelId", str),
        intent_name=field(args, "intentName", str),
        params=field(args, "params", dict, required=False, default={}),
    )
