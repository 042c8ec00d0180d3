"""Stage: access. What log lines and audit entries say about the running request."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class RequestContext:
    """Ids of the request at hand; tenant and user are filled in once they are known."""

    request_id: str = ""
    tenant_id: str = ""
    user_id: str = ""


_context: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def begin(request_id: str) -> RequestContext:
    """Start the context of one request, task or command."""
    context = RequestContext(request_id=request_id)
    _context.set(context)
    return context


def get() -> RequestContext:
    """The running context; an empty one outside requests."""
    return _context.get() or RequestContext()


def identify(*, tenant_id: object, user_id: object) -> None:
    """Note who acts, for the log lines that follow."""
    context = _context.get()
    if context is not None:
        context.tenant_id, context.user_id = str(tenant_id), str(user_id)
