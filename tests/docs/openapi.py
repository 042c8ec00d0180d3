"""The OpenAPI document as a checker: does an answer have exactly the shape that the document promises?"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import jsonschema
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver


@functools.cache
def document() -> dict[str, Any]:
    """The document as programs get it."""
    response = Client().get("/api/schema", headers={"Accept": "application/json"})
    assert response.status_code == 200, response.content
    loaded: dict[str, Any] = json.loads(response.content)
    return loaded


def operations() -> set[tuple[str, str]]:
    """Every (METHOD, path) of the document."""
    return {(method.upper(), path) for path, item in document()["paths"].items() for method in item}


def routes() -> set[str]:
    """Every path under /api/ that the server has, in the document's spelling."""
    return {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path) for path in _paths(get_resolver(), "/") if "/api/" in path}


def check_answer(method: str, path: str, response: Any) -> Any:
    """The body, after making sure that its status is documented and that it has no key more or less than promised."""
    described = document()["paths"][path][method.lower()]["responses"]
    assert str(response.status_code) in described, f"{method} {path}: {response.status_code} is not documented"
    body = response.json()
    schema = described[str(response.status_code)]["content"]["application/json"]["schema"]
    errors = list(jsonschema.Draft202012Validator(_strict(schema)).iter_errors(body))
    assert not errors, f"{method} {path}: " + "; ".join(f"{error.json_path}: {error.message}" for error in errors)
    return body


def _strict(schema: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema, references resolved, objects with named keys closed."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _strict(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    known = {key: _strict(value) for key, value in schema.items() if key not in ("nullable", "properties")}
    if "properties" in schema:
        known["properties"] = {name: _strict(value) for name, value in schema["properties"].items()}
        known.setdefault("additionalProperties", False)
    return {"anyOf": [known, {"type": "null"}]} if schema.get("nullable") else known


def _paths(resolver: URLResolver, prefix: str) -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        found += [path] if isinstance(pattern, URLPattern) else _paths(pattern, path)
    return found
