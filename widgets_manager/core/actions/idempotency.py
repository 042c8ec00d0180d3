"""Stage: actions. One run for a write that a client sends twice with the same Idempotency-Key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, InvalidInput
from widgets_manager.core.models import IdempotencyKey
from widgets_manager.core.unit_of_work import commit_mark

STALE: Final = timedelta(minutes=2)
RETENTION: Final = timedelta(days=2)
Answer = tuple[int, Any]


def hash_request(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same one: method, path with query, and body."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def run_once(
    *, actor: Actor, key: str, request_hash: str, run: Callable[[], Answer], keep_answer: bool = True
) -> tuple[Answer, bool]:
    """The answer `(status, body)` of the first run, and whether it is a replay.

    Without `keep_answer` only the fact is kept. Only successes (2xx) are kept: a refused write changed nothing and may
    be tried again. Raises Conflict when the key was used for another request, is running now, or ran and its answer
    is not there.
    """
    if not 1 <= len(key) <= 200:
        raise InvalidInput("Idempotency-Key has 1 to 200 characters.", path="Idempotency-Key")
    row, created = IdempotencyKey.objects.get_or_create(
        tenant=actor.tenant, user=actor.user, key=key, defaults={"request_hash": request_hash}
    )
    if not created:
        kept = _kept_answer(row, request_hash)
        if kept is not None:
            return kept, True
    return _run(row, run, keep_answer), False


def delete_old_keys() -> int:
    """Forget keys past their retention; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - RETENTION).delete()[0]


def _kept_answer(row: IdempotencyKey, request_hash: str) -> Answer | None:
    if row.request_hash != request_hash:
        raise Conflict("This Idempotency-Key was used for another request.", code="IDEMPOTENCY_MISMATCH")
    if row.status is not None and row.response is not None:
        return row.status, row.response
    if row.status is not None:
        raise Conflict("This write was carried out; its answer is not kept.", code="IDEMPOTENCY_ANSWER_LOST")
    if row.committed and row.created_at < timezone.now() - STALE:
        raise Conflict("This write was carried out, but its answer was lost.", code="IDEMPOTENCY_ANSWER_LOST")
    took_over = IdempotencyKey.objects.filter(
        pk=row.pk, status=None, committed=False, created_at__lt=timezone.now() - STALE
    ).update(created_at=timezone.now())
    if not took_over:
        raise Conflict("The first request with this Idempotency-Key is still running.", code="IDEMPOTENCY_RUNNING")
    return None


def _run(row: IdempotencyKey, run: Callable[[], Answer], keep_answer: bool) -> Answer:
    def mark() -> None:
        """The effect and this mark commit together."""
        IdempotencyKey.objects.filter(pk=row.pk, committed=False).update(committed=True)

    token = commit_mark.set(mark)
    try:
        status, body = run()
    except BaseException:
        _release(row)
        raise
    finally:
        commit_mark.reset(token)
    if 200 <= status < 300:
        response = body if keep_answer else None
        IdempotencyKey.objects.filter(pk=row.pk).update(status=status, response=response)
    else:
        _release(row)
    return status, body


def _release(row: IdempotencyKey) -> None:
    # A run that wrote and then failed keeps its mark: repeating it could do the write twice.
    if not transaction.get_connection().needs_rollback:
        IdempotencyKey.objects.filter(pk=row.pk, committed=False).delete()
