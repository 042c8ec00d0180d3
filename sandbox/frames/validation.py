"""Stage: validation. The params of a call: whether they fit, their size, and what the audit trail keeps of them."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

import orjson
from jsonschema_rs import Draft202012Validator

from widgets_manager.core.exceptions import ApiError, Problem
from widgets_manager.core.strict_json import json_path
from widgets_manager.widgets.validation import InvalidParams, closest

MAX_PARAMS: Final = 64 * 1024
MAX_AUDITED: Final = 10_000
_MOST_FAULTS: Final = 20

Properties = Mapping[str, Mapping[str, Any]]


def check_params(properties: Properties, required: tuple[str, ...], params: Mapping[str, Any]) -> dict[str, Any]:
    """The params that are given; null counts as absent.

    Raises InvalidParams with every fault, `params.<name>` as its path, and TOO_LARGE past 64 KB.
    """
    size = len(orjson.dumps(params))
    if size > MAX_PARAMS:
        raise ApiError(
            f"The params have {size:,} bytes; at most {MAX_PARAMS:,} are accepted.",
            code="TOO_LARGE",
            status=413,
            path="params",
        )
    given = {name: value for name, value in params.items() if value is not None}
    problems = list(islice(_faults(properties, required, given), _MOST_FAULTS))
    if problems:
        raise InvalidParams(problems[0].message, path=problems[0].path, errors=problems)
    return given


def digest_of(method: str, params: Mapping[str, Any]) -> str:
    """SHA-256 of a call: the same for the same method with the same params, in whatever order these are named."""
    return hashlib.sha256(orjson.dumps([method, params], option=orjson.OPT_SORT_KEYS)).hexdigest()


def audited(params: Mapping[str, Any]) -> dict[str, Any]:
    """The params as an audit entry keeps them: of many, only how large they are."""
    size = len(orjson.dumps(params))
    return dict(params) if size <= MAX_AUDITED else {"bytes": size}


def _faults(properties: Properties, required: tuple[str, ...], given: Mapping[str, Any]) -> Iterator[Problem]:
    for name in given:
        if name not in properties:
            allowed = ", ".join(map(repr, properties)) or "none"
            yield _fault(name, f"unknown parameter (allowed: {allowed}){closest(name, list(properties))}")
    for name in required:
        if name not in given:
            yield _fault(name, "required")
    for name, schema in properties.items():
        if name in given:
            for error in _validator(orjson.dumps(schema)).iter_errors(given[name]):
                path = json_path(["params", name, *error.instance_path])
                yield Problem(path, f"{path}: {error.message.partition(chr(10))[0][:300]}")


def _fault(name: str, message: str) -> Problem:
    path = json_path(["params", name])
    return Problem(path, f"{path}: {message}")


@functools.cache
def _validator(schema: bytes) -> Draft202012Validator:
    """One a parameter of a registered method."""
    return Draft202012Validator(orjson.loads(schema), offline=True)
