"""Stage: request. Functions that have an owner, as the offline matcher chooses them: as intents, and back as calls.

A function that does several things by an argument such as `action: create_deck | add_slide` is an intent for each of
them. The examples go to the one whose name they fit best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from widgets_manager.llm.matcher.intents import Intent
from widgets_manager.llm.matcher.normalise import clean, stems, tokenise
from widgets_manager.llm.matcher.rank import verb_score
from widgets_manager.llm.matcher.sentence import parse
from widgets_manager.llm.types import FunctionOption, IntentCall, IntentOption, ParamSpec, ParamType, ToolCall

PREFIX: Final = "function:"  # no panel's id begins so
CALL_ID: Final = "matched"
_ACTION: Final = frozenset({"action", "operation", "command"})
_MOST_ACTIONS: Final = 20
_TYPES: Final[dict[str, ParamType]] = {
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "array": "array",
    "object": "object",
}


def options_of(functions: Iterable[FunctionOption]) -> list[IntentOption]:
    """What the matcher may choose of the functions: those that have an owner."""
    return [option for function in functions if function.owner for option in _options(function)]


def call_of(call: IntentCall, functions: Iterable[FunctionOption]) -> ToolCall | None:
    """The function's call behind a choice of the matcher; None for a panel's intent."""
    if not call.panel_id.startswith(PREFIX):
        return None
    function = next(one for one in functions if PREFIX + one.name == call.panel_id)
    properties = _properties(function)
    arguments = {name: _fitting(value, properties.get(name, {})) for name, value in call.params.items()}
    action = _action_of(function)
    if action is not None:
        arguments = {action: call.intent_name, **arguments}
    return ToolCall(function.name, arguments, CALL_ID)


def _options(function: FunctionOption) -> Iterator[IntentOption]:
    action = _action_of(function)
    params = {name: _spec(name, spec, function) for name, spec in _properties(function).items() if name != action}
    if action is None:
        yield _option(function, function.title, params, function.examples)
        return
    names = tuple(map(str, _properties(function)[action]["enum"]))
    examples = _divided(names, tuple(function.examples), function.owner)
    for name in names:
        yield _option(function, name, _meant_for(name, names, params), examples.get(name, ()))


def _meant_for(action: str, actions: Sequence[str], params: Mapping[str, ParamSpec]) -> Mapping[str, ParamSpec]:
    """The parameters of one action: all but those whose description names others and not this one."""
    named = {name: [one for one in actions if one in spec.description] for name, spec in params.items()}
    return {name: spec for name, spec in params.items() if not named[name] or action in named[name]}


def _option(
    function: FunctionOption, name: str, params: Mapping[str, ParamSpec], examples: Sequence[str]
) -> IntentOption:
    return IntentOption(
        panel_id=PREFIX + function.name,
        panel_title=function.owner,
        label=None,
        widget_name=function.owner,
        focused=False,
        name=name,
        description=function.description,
        examples=examples,
        params=params,
        permission=function.permission,
    )


def _properties(function: FunctionOption) -> Mapping[str, Any]:
    found = function.parameters.get("properties", {})
    return {name: spec if isinstance(spec, Mapping) else {} for name, spec in found.items()}


def _action_of(function: FunctionOption) -> str | None:
    """The required argument that says which of several things is to be done."""
    for name, spec in _properties(function).items():
        values = spec.get("enum")
        if name.lower() in _ACTION and name in function.parameters.get("required", ()) and isinstance(values, list):
            return name if 1 < len(values) <= _MOST_ACTIONS and all(isinstance(one, str) for one in values) else None
    return None


def _spec(name: str, spec: Mapping[str, Any], function: FunctionOption) -> ParamSpec:
    values = spec.get("enum")
    return ParamSpec(
        type=_TYPES.get(_type(spec), "string"),
        required=name in function.parameters.get("required", ()),
        description=str(spec.get("description", "")),
        default=spec.get("default"),
        enum=tuple(one for one in values if isinstance(one, str | int | float)) if isinstance(values, list) else (),
    )


def _type(spec: Mapping[str, Any]) -> str:
    """The type, of several the first that is not null."""
    kind = spec.get("type", "string")
    kinds = kind if isinstance(kind, list) else [kind]
    return next((str(one) for one in kinds if one != "null"), "string")


def _fitting(value: Any, spec: Mapping[str, Any]) -> Any:
    """A value out of a sentence as the schema has it: a whole number, or the listed value that is spelled so."""
    if _type(spec) == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    listed = spec.get("enum")
    if isinstance(listed, list):
        return next((one for one in listed if str(one) == str(value)), value)
    return value


@lru_cache(maxsize=1024)
def _divided(names: tuple[str, ...], examples: tuple[str, ...], owner: str) -> Mapping[str, Sequence[str]]:
    """Each example under the action that it asks for; one that fits none is left out."""
    bare = [Intent(name, "", (), {}, True, (owner,)) for name in names]
    leads = frozenset[str]().union(*(intent.leads for intent in bare))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for example in examples:
        sentence = parse(tokenise(clean(example)), leads)
        words = stems(example)
        scores = {
            intent.name: verb_score(sentence, intent)[1] + 0.25 * len(words & stems(intent.name)) for intent in bare
        }
        best = max(names, key=lambda name: scores[name])
        if scores[best] > 0:
            found[best].append(example)
    return found
