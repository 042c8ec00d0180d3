"""`rag.*`: questions to the documentation of this project, one knowledge base for each page; route `/rag/sources`."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, Field, HttpUrl, TypeAdapter, ValidationError

from samples.functions.models import Source
from samples.functions.search import Hit, excerpt, find, pages, sections
from widgets_manager.apps.functions import ActionResult, FunctionCall, register_function
from widgets_manager.apps.routes import RouteCall, register_route
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.models import Role

SELECTED: Final = "selected_sources"
_URL: Final[TypeAdapter[HttpUrl]] = TypeAdapter(HttpUrl)


class QueryParams(BaseModel):
    """A question; without sources those count that the person has selected, without any of these all."""

    query: str = Field(min_length=1, max_length=1000)
    sources: list[str] | None = Field(default=None, max_length=100)
    limit: int = Field(default=5, ge=1, le=20)


class MultiQueryParams(BaseModel):
    """Several questions about one thing."""

    queries: list[str] = Field(min_length=1, max_length=10)
    sources: list[str] | None = Field(default=None, max_length=100)
    limit: int = Field(default=5, ge=1, le=20)


def list_knowledge_bases(call: FunctionCall) -> ActionResult:
    """Every page with how many sections it has."""
    counts = {page: sum(1 for section in sections() if section.page == page) for page in pages()}
    bases = [{"id": page, "name": title, "doc_count": counts[page]} for page, title in pages().items()]
    return ActionResult(True, bases)


def query(call: FunctionCall) -> ActionResult:
    """The sections that answer a question best."""
    params: QueryParams = call.params
    sources = params.sources or _selected(call)
    if unknown := sorted(set(sources or ()) - pages().keys()):
        return ActionResult(False, error=f"There is no source '{unknown[0]}' (there are: {', '.join(pages())}).")
    hits = [_show(hit, params.query) for hit in find(params.query, among=sources or None, limit=params.limit)]
    return ActionResult(True, {"query": params.query, "sources": sources or [], "hits": hits})


def multi_query(call: FunctionCall) -> ActionResult:
    """The sections that several questions agree on: reciprocal ranks, added up."""
    params: MultiQueryParams = call.params
    sources = params.sources or _selected(call)
    scores: dict[tuple[str, str], float] = {}
    hits: dict[tuple[str, str], Hit] = {}
    for text in params.queries:
        for rank, hit in enumerate(find(text, among=sources or None, limit=20)):
            key = (hit.section.page, hit.section.heading)
            scores[key] = scores.get(key, 0.0) + 1 / (60 + rank)
            hits[key] = hit
    best = sorted(scores, key=lambda key: -scores[key])[: params.limit]
    shown = [_show(hits[key], " ".join(params.queries)) for key in best]
    return ActionResult(True, {"queries": params.queries, "sources": sources or [], "hits": shown})


def answer_sources(call: RouteCall) -> Any:
    """GET: the pages and what the person added. POST `{url, title?}`: add one."""
    if call.method == "POST":
        return _add_source(call)
    documents = [{"id": page, "title": title, "url": f"docs/{page}.md"} for page, title in pages().items()]
    added = [{"id": f"s_{row.pk}", "title": row.title, "url": row.url} for row in Source.of(call.actor)]
    return [*documents, *added]


def register() -> None:
    """Let apps search."""
    register_function("rag.list_knowledge_bases", description="List the knowledge bases.", run=list_knowledge_bases)
    register_function(
        "rag.query", description="Find what answers a question in the sources.", run=query, params_model=QueryParams
    )
    register_function(
        "rag.multi_query",
        description="Find what several questions about one thing agree on.",
        run=multi_query,
        params_model=MultiQueryParams,
    )
    register_route("/rag/sources", answer_sources, methods=("GET", "POST"))


def _selected(call: FunctionCall) -> list[str]:
    """What the person has selected in the app's widgets in this conversation."""
    if call.session_id is None:
        return []
    from widgets_manager.sessions.actions.state import get_state

    found, value = get_state(actor=call.actor, session_id=call.session_id, app=call.app, key=SELECTED)
    return [str(item) for item in value] if found and isinstance(value, list) else []


def _show(hit: Hit, question: str) -> dict[str, Any]:
    section = hit.section
    return {
        "source": section.page,
        "title": section.title,
        "section": section.heading,
        "text": excerpt(section, question),
        "score": round(hit.score, 3),
    }


def _add_source(call: RouteCall) -> dict[str, Any]:
    call.actor.require_role(Role.MEMBER, "adding a source")
    body = call.body if isinstance(call.body, dict) else {}
    try:
        url = str(_URL.validate_python(body.get("url")))
    except ValidationError:
        raise InvalidInput("url: must be an http(s) address", path="url") from None
    title = str(body.get("title") or url)[:200]
    row = Source.add(call.actor, url=url[:500], title=title)
    return {"id": f"s_{row.pk}", "title": row.title, "url": row.url}
