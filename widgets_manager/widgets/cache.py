"""Stage: cache. A person's manifests in Redis, valid only while the generations in PostgreSQL stand still.

Each entry carries the tenant's and the member's generation of the snapshot that it was read from. A slow reader can
write back an old entry, but never one that a later reader accepts. The generations are mirrored in Redis after each
commit, only upwards; `repair_generations` catches up after an outage.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import orjson
import redis as redis_library
from django.conf import settings

from widgets_manager.core.actions.tenants import bump_generation
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import NotSignedIn
from widgets_manager.core.logs import debug_event
from widgets_manager.core.models import Membership, Tenant, now_ms
from widgets_manager.core.redis import sync_redis
from widgets_manager.core.unit_of_work import after_commit, current
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.panels_of import load_panels

logger = logging.getLogger(__name__)

MAX_ANSWERS: Final = 64
_PANELS: Final = b"panels"
# KEYS: generation keys; ARGV: TTL, then one value a key. A generation only ever grows.
_RAISE: Final = """
for i, key in ipairs(KEYS) do
  local known = tonumber(redis.call('GET', key) or '0')
  local value = tonumber(ARGV[i + 1])
  if value > known then redis.call('SET', key, ARGV[i + 1]) end
  redis.call('EXPIRE', key, ARGV[1])
end
"""


class Stamp(NamedTuple):
    """The generations that an entry was read at."""

    tenant: int
    member: int

    @property
    def text(self) -> str:
        """`tenant.member`, the `generation` of the public answer."""
        return f"{self.tenant}.{self.member}"


def tenant_key(tenant_id: uuid.UUID) -> str:
    """Where the tenant's generation is mirrored."""
    return f"wm:{tenant_id}:generation"


def member_key(tenant_id: uuid.UUID, user_id: uuid.UUID) -> str:
    """Where the member's generation is mirrored."""
    return f"wm:{tenant_id}:{user_id}:generation"


def entry_key(tenant_id: uuid.UUID, user_id: uuid.UUID) -> str:
    """The user's cached manifests (a hash: the panels, and ready answers by request)."""
    return f"wm:{tenant_id}:{user_id}:widget_manifests"


def invalidate_manifests(*, tenant_id: uuid.UUID, user_id: uuid.UUID | None = None) -> None:
    """Count the change inside the unit of work; mirror it when that has committed.

    Without user_id every member of the tenant is meant.
    """
    current()
    bump_generation(tenant_id=tenant_id, user_id=user_id)
    after_commit(lambda: publish_generations(tenant_id, user_id))


def publish_generations(tenant_id: uuid.UUID, user_id: uuid.UUID | None) -> None:
    """Mirror the committed generation; a member who is gone gets one that no entry has."""
    if user_id is None:
        value = Tenant.objects.values_list("generation", flat=True).get(pk=tenant_id)
        _raise({tenant_key(tenant_id): value})
        return
    member = (
        Membership.objects.filter(tenant_id=tenant_id, user_id=user_id).values_list("generation", flat=True).first()
    )
    _raise({member_key(tenant_id, user_id): member if member is not None else now_ms() + 1})


def repair_generations() -> int:
    """Mirror every generation that changed within the lifetime of a cache entry; returns how many."""
    since = now_ms() - settings.MANIFEST_CACHE_TTL * 2000
    values = {
        tenant_key(pk): value
        for pk, value in Tenant.objects.filter(generation__gt=since).values_list("pk", "generation")
    }
    members = Membership.objects.filter(generation__gt=since).values_list("tenant_id", "user_id", "generation")
    values |= {member_key(tenant, user): value for tenant, user, value in members}
    for chunk in _chunks(list(values.items()), 500):
        _raise(dict(chunk))
    return len(values)


def read_stamp(actor: Actor) -> Stamp:
    """The generations now, from PostgreSQL. Raises NotSignedIn when the membership is gone."""
    row = (
        Membership.objects.filter(tenant_id=actor.tenant_id, user_id=actor.user_id)
        .values_list("tenant__generation", "generation")
        .first()
    )
    if row is None:
        raise NotSignedIn("You no longer belong to this organisation.", code="NO_TENANT")
    return Stamp(*row)


def cached_panels(actor: Actor, stamp: Stamp | None = None) -> tuple[Stamp, list[Panel]]:
    """The actor's panels, from the cache where its stamp equals PostgreSQL's generations, else read and kept.

    `stamp` spares the query of a caller who has just read the generations.
    """
    stamp = stamp or read_stamp(actor)
    kept = _read(actor, stamp)
    if kept is not None:
        return stamp, kept
    panels = read_panels(actor, stamp)
    _write(actor, stamp, panels)
    return stamp, panels


def read_panels(actor: Actor, stamp: Stamp) -> list[Panel]:
    """The panels, read after their stamp: a change in between makes the entry look too old, never too new."""
    panels = load_panels(actor)
    debug_event("widget_manifest_loaded", panels=len(panels), generation=stamp.text)
    return panels


def keep_answer(tenant_id: uuid.UUID, user_id: uuid.UUID, stamp: Stamp, digest: str, etag: str, body: bytes) -> None:
    """Keep a ready answer beside the panels, for requests with the same body."""
    key = entry_key(tenant_id, user_id)
    generations = {tenant_key(tenant_id): stamp.tenant, member_key(tenant_id, user_id): stamp.member}
    try:
        pipe = sync_redis().pipeline(transaction=False)
        pipe.hset(key, f"answer:{digest}", f"{stamp.text} {etag}\n".encode() + body)
        pipe.expire(key, settings.MANIFEST_CACHE_TTL)
        pipe.hlen(key)
        _raise(generations, pipe)
        if pipe.execute()[2] > MAX_ANSWERS:
            sync_redis().delete(key)
    except redis_library.RedisError as error:
        logger.warning("manifest cache: answer not kept: %s", error)


def _raise(values: dict[str, int], client: redis_library.Redis | None = None) -> None:
    """Raise mirrored generations, at once or as part of a pipeline."""
    lifetime = settings.MANIFEST_CACHE_TTL * 2
    (client or sync_redis()).eval(_RAISE, len(values), *values, lifetime, *values.values())


def _read(actor: Actor, stamp: Stamp) -> list[Panel] | None:
    """The kept panels of exactly this stamp; None also for what another version of the program has written."""
    try:
        raw = sync_redis().hget(entry_key(actor.tenant_id, actor.user_id), _PANELS.decode())
        entry: Any = orjson.loads(raw) if isinstance(raw, bytes) else {}
        return [Panel.from_dict(panel) for panel in entry["panels"]] if entry.get("stamp") == list(stamp) else None
    except (redis_library.RedisError, ValueError, TypeError, KeyError, AttributeError) as error:
        logger.warning("manifest cache: not read: %s", error)
        return None


def _write(actor: Actor, stamp: Stamp, panels: Iterable[Panel]) -> None:
    key = entry_key(actor.tenant_id, actor.user_id)
    entry = orjson.dumps({"stamp": list(stamp), "panels": list(panels)})
    try:
        pipe = sync_redis().pipeline(transaction=False)
        pipe.hset(key, _PANELS.decode(), entry)
        pipe.expire(key, settings.MANIFEST_CACHE_TTL)
        pipe.execute()
    except redis_library.RedisError as error:
        logger.warning("manifest cache: not written: %s", error)


def _chunks(items: list[tuple[str, int]], size: int) -> Iterable[list[tuple[str, int]]]:
    return (items[start : start + size] for start in range(0, len(items), size))
