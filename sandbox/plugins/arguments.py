"""Stage: validation. The arguments of a plugin's tool, against the JSON Schema that its author wrote."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, FancyRegexOptions

from widgets_manager.core.exceptions import Problem
from widgets_manager.core.strict_json import json_path
from widgets_manager.widgets.validation import InvalidParams

_MOST_FAULTS: Final = 20
# The patterns are strangers': one that would search for ever is given up, and counts as not matched.
_PATTERNS: Final = FancyRegexOptions(backtrack_limit=10_000)


def check_arguments(parameters: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
    """Raise InvalidParams with every fault of the arguments; `parameters` is the schema of an installed plugin."""
    validator = Draft202012Validator({**parameters, "type": "object"}, offline=True, pattern_options=_PATTERNS)
    faults = [
        Problem(json_path([*error.instance_path]), error.message.partition("\n")[0][:300])
        for error in islice(validator.iter_errors(dict(arguments)), _MOST_FAULTS)
    ]
    if faults:
        first = faults[0]
        message = f"{first.path}: {first.message}" if first.path else first.message
        raise InvalidParams(message, path=first.path, errors=faults)
