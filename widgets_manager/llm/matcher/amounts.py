"""Stage 5 of the matcher: parameters with a form of their own: URLs, numbers, positions, yes and no."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import Any, Final

from widgets_manager.llm.matcher import numbers
from widgets_manager.llm.matcher.intents import Intent, Role
from widgets_manager.llm.matcher.lexicon import (
    DETERMINERS,
    DONE_WORDS,
    FILLERS,
    GENERIC_NOUNS,
    NO_WORDS,
    OPEN_WORDS,
    PREPOSITIONS,
    YES_WORDS,
)
from widgets_manager.llm.matcher.normalise import Token, stem, stems
from widgets_manager.llm.matcher.wordlist import word_set

_BEFORE_VALUE: Final = word_set("to by at of is are now for")
_NUMBER_WORDS: Final = word_set("number no nr nummer")
_NOT_YET: Final = word_set("to should i we could can must will shall")  # "should I read": not yet read
_BEFORE_STATE: Final = word_set("as already is are been have")
_NOT: Final = word_set("not non isn't aren't un")


def take_urls(words: list[Token], intent: Intent, params: dict[str, Any]) -> list[Token]:
    """Give the first web address to the URL parameter; a bare host gets `https://`."""
    names = intent.with_role(Role.URL)
    for index, token in enumerate(words):
        if names and token.kind == "url":
            params[names[0]] = token.text if "://" in token.text else f"https://{token.text}"
            return words[:index] + words[index + 1 :]
    return words


def take_numbers(words: list[Token], intent: Intent, params: dict[str, Any]) -> list[Token]:
    """Give each number parameter one number; one behind "to", "by" or "at" comes first."""
    for name in intent.with_role(Role.NUMBER):
        spots = [spot for index in range(len(words)) if (spot := _number_at(words, index))]
        if not spots:
            break
        start, end, value = max(
            spots, key=lambda spot: (spot[0] > 0 and words[spot[0] - 1].norm in _BEFORE_VALUE, -spot[0])
        )
        value, end = _in_units(value, words, end, name, intent.params[name].description)
        if start and words[start - 1].norm in _BEFORE_VALUE:
            start -= 1
        params[name] = value
        words = words[:start] + words[end:]
    return words


def _number_at(words: Sequence[Token], index: int) -> tuple[int, int, int | float] | None:
    """A number that begins at the token, as (start, end, value)."""
    token = words[index]
    if token.kind == "number":
        value = numbers.digits(token.text)
        return None if value is None else (index, index + 1, value)
    if token.kind != "word" or (index and numbers.spelled([words[index - 1].norm])):
        return None
    if token.norm == "half" and index + 1 < len(words) and words[index + 1].norm in ("a", "an"):
        return (index, index + 2, 0.5)
    if token.norm in ("a", "an") and index + 1 < len(words) and stem(words[index + 1].norm) in ("hour", "minute"):
        return (index, index + 1, 1)
    spelled = numbers.spelled([word.norm for word in words[index:]])
    return (index, index + spelled[1], spelled[0]) if spelled else None


def _in_units(
    value: int | float, words: Sequence[Token], end: int, name: str, description: str
) -> tuple[int | float, int]:
    """An amount of time in the parameter's own unit: 2 hours are 120 for `minutes`."""
    if end < len(words) and words[end].stem in stems(name) and words[end].stem not in numbers.SECONDS:
        return value, end + 1
    if end >= len(words) or words[end].stem not in numbers.SECONDS:
        return value, end
    wanted = stems(name) | stems(description)
    unit = next((u for u in ("second", "minute", "hour", "day", "week") if u in wanted), None)
    if unit is None:
        return value, end + 1
    converted = value * numbers.SECONDS[words[end].stem] / numbers.SECONDS[unit]
    return (int(converted) if float(converted).is_integer() else converted), end + 1


def take_numbered(words: list[Token], intent: Intent, params: dict[str, Any]) -> list[Token]:
    """`slide 2` for a text parameter such as `slide_id`, which names a thing by its number."""
    for name in intent.with_role(Role.NAME):
        kinds = stems(name) - {"id"}
        if kinds == stems(name):
            continue
        for index in range(len(words) - 1):
            if words[index].stem in kinds and words[index + 1].kind == "number" and words[index + 1].text.isdigit():
                params[name] = words[index + 1].text
                start = index
                while start and words[start - 1].norm in PREPOSITIONS | DETERMINERS:
                    start -= 1
                words = words[:start] + words[index + 2 :]
                break
    return words


def take_position(
    words: list[Token], intent: Intent, params: dict[str, Any], siblings: frozenset[str] = frozenset()
) -> list[Token]:
    """`the second link`, `#3`, `task number 4`, `last`: only when nothing else is named beside it."""
    kinds = intent.vocabulary | siblings
    for index in range(len(words)):
        spot = _position_at(words, index, kinds)
        if spot is None:
            continue
        start, end, value = spot
        if value < 1 and value != numbers.LAST:
            continue
        others = words[:start] + words[end:]
        if all(_silent(token, kinds) for token in others):
            params[intent.with_role(Role.POSITION)[0]] = value
            return []
    return words


def _position_at(words: Sequence[Token], index: int, kinds: Set[str]) -> tuple[int, int, int] | None:
    """A position that begins at the token, as (start, end, position)."""
    token = words[index]
    value = numbers.ordinal(token.norm)
    if value is not None:
        return index, index + 1, value
    if token.text.startswith("#") and token.text[1:].isdigit():
        return index, index + 1, int(token.text[1:])
    counted = token.kind == "number" and token.text.isdigit()
    spelled = (
        numbers.spelled([token.norm])
        if (token.kind == "word" and token.norm != "one") or (token.norm == "one" and index)
        else None
    )
    if not counted and spelled is None:
        return None
    before = [word for word in words[:index] if word.kind != "mark"]
    if before and before[-1].norm in _NUMBER_WORDS:
        before = before[:-1] or before
    if before and not (before[-1].norm in _NUMBER_WORDS or _is_noun(before[-1], kinds)):
        return None
    if not before and not counted:
        return None
    return index, index + 1, int(token.text) if counted else spelled[0] if spelled else 0


def _is_noun(token: Token, kinds: Set[str]) -> bool:
    return token.norm in GENERIC_NOUNS or token.stem in kinds


def _silent(token: Token, kinds: Set[str]) -> bool:
    """A word beside a position that names nothing else."""
    if token.kind == "mark":
        return True
    plain = token.norm in FILLERS or token.norm in PREPOSITIONS or token.norm in _NUMBER_WORDS
    return token.kind == "word" and (plain or _is_noun(token, kinds))


def take_flags(words: list[Token], intent: Intent, params: dict[str, Any]) -> list[Token]:
    """`finished`, `not done`, `open` for a flag such as `done`; `on`, `off`, `yes`, `no` for one that is named."""
    for name in intent.with_role(Role.FLAG):
        about_done = bool(stems(name) & DONE_WORDS)
        states = _states(intent.params[name].description)
        for index, token in enumerate(words):
            alone = intent.params[name].required or any(word.stem in stems(name) for word in words)
            before = words[index - 1].norm if index else ""
            value = None if before in _NOT_YET else _state_value(token, states)
            if value and words[max(0, index - 2)].norm == "to" and before == "be":
                value = False  # "to be read"
            if value is None:
                value = _done_value(token) if about_done else _switch_value(token) if alone else None
            if value is None:
                continue
            params[name] = value != (before in _NOT)
            words = words[: index - (before in _NOT or before in _BEFORE_STATE)] + words[index + 1 :]
            break
    return words


@lru_cache(maxsize=4096)
def _states(description: str) -> frozenset[str]:
    """The states that a flag's description names for true: `what has been read` names `read`."""
    for_true = description.lower().split("false", maxsplit=1)[0]
    return frozenset(re.findall(r"\b(?:been|is|are)\s+([a-z]{3,})", for_true)) - FILLERS


def _state_value(token: Token, states: frozenset[str]) -> bool | None:
    """`read` is true and `unread` false where the flag is about having been read."""
    if token.norm in states:
        return True
    return False if token.norm.startswith("un") and token.norm[2:] in states else None


def _done_value(token: Token) -> bool | None:
    if token.kind != "word":
        return None
    return True if token.norm in DONE_WORDS else False if token.norm in OPEN_WORDS else None


def _switch_value(token: Token) -> bool | None:
    return token.norm in YES_WORDS if token.norm in YES_WORDS | NO_WORDS else None
