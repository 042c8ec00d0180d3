"""Stage 5 of the matcher: changing one field of an existing thing: `set the author of X to Y`, `rename X to Y`."""

from __future__ import annotations

from typing import Any, Final

from widgets_manager.llm.matcher import numbers
from widgets_manager.llm.matcher.intents import Intent, Role
from widgets_manager.llm.matcher.kinds import Words
from widgets_manager.llm.matcher.lexicon import DETERMINERS
from widgets_manager.llm.matcher.normalise import Token, stems

_OF: Final = frozenset({"of", "for", "on"})
_TO: Final = frozenset({"to", "as", "into"})
_RENAMING: Final = frozenset({"rename", "retitle", "call"})


def changes_fields(intent: Intent) -> bool:
    """Whether the intent changes fields of an existing thing: a reference, and further optional parameters."""
    return intent.writes and intent.refers and bool(field_names(intent)) and not intent.with_role(Role.TARGET)


def field_names(intent: Intent) -> list[str]:
    """The parameters beside the reference."""
    handles = {handle_of(intent), *intent.with_role(Role.POSITION)[:1]}
    return [name for name in intent.params if name not in handles and not intent.params[name].required]


def handle_of(intent: Intent) -> str:
    """The text parameter that says which thing is meant: the first that is no new value."""
    names = intent.with_role(Role.NAME)
    return next((name for name in names if "new" not in stems(name)), names[0])


def take_fields(words: Words, verb: str, intent: Intent, params: dict[str, Any]) -> list[Token]:
    """Take one field and its value; what is left says which thing is meant."""
    tokens = words.tokens
    divider = max((i for i, token in enumerate(tokens) if token.norm in _TO and 0 < i < len(tokens) - 1), default=0)
    if not divider:
        return tokens
    head, tail = tokens[:divider], words.slice(divider + 1)
    found = _named_field(head, intent)
    if found:
        name, head = found
        return head if _take_value(name, tail, intent, params) else tokens
    new = [name for name in intent.with_role(Role.NAME) if "new" in stems(name)]
    if verb in _RENAMING and new:
        params[new[0]] = tail.value()
        return head
    return tokens


def _named_field(head: list[Token], intent: Intent) -> tuple[str, list[Token]] | None:
    """`the author of X` or `X's author`: the field, and the words for the thing."""
    said = [token for token in head if token.kind != "mark" and token.norm not in DETERMINERS]
    for name in field_names(intent):
        words = stems(name)
        size = len(words)
        if {token.stem for token in said[:size]} == words and len(said) > size and said[size].norm in _OF:
            return name, said[size + 1 :]
        if len(said) > size and {token.stem for token in said[-size:]} == words:
            return name, said[:-size]
    return None


def _take_value(name: str, tail: Words, intent: Intent, params: dict[str, Any]) -> bool:
    """Give the field its value; False when a number was wanted and none is there."""
    text = tail.value()
    if intent.roles[name] is not Role.NUMBER:
        params[name] = text
        return bool(text)
    value = numbers.digits(text)
    if value is None:
        spelled = numbers.spelled([token.norm for token in tail])
        value = spelled[0] if spelled else None
    if value is not None:
        params[name] = value
    return value is not None
