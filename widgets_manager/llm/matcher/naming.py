"""Stage 5 of the matcher: free text: titles, names and bodies, in the person's own spelling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from widgets_manager.llm.matcher.intents import Intent, Role
from widgets_manager.llm.matcher.kinds import ADJECTIVES, QUOTES, Words, is_kind, strip
from widgets_manager.llm.matcher.lexicon import (
    ALL_WORDS,
    DETERMINERS,
    DONE_WORDS,
    FILLERS,
    GENERIC_NOUNS,
    NAMING,
    OPEN_WORDS,
    PRONOUNS,
    VERBS,
)
from widgets_manager.llm.matcher.normalise import Token, fold, stems
from widgets_manager.llm.matcher.numbers import NUMBER_WORDS, ordinal
from widgets_manager.llm.matcher.templates import after_marker, divider_of, marker_of
from widgets_manager.llm.matcher.wordlist import word_set

_SAYING: Final = ("saying", "says", "that", "with")
_COUNTING: Final = word_set("and both first last") | NUMBER_WORDS | DONE_WORDS | OPEN_WORDS
_WRITING: Final = word_set("add remove clear complete move set")
_EXCEPTIONS: Final = word_set("unless except if until besides")
_MAKERS: Final = word_set("author writer artist composer director by")


def take_names(words: Words, intent: Intent, params: dict[str, Any], *, creates: bool) -> list[Token]:
    """Give the text parameters what is left to say; what they cannot take is returned."""
    names, bodies = intent.with_role(Role.NAME), intent.with_role(Role.BODY)
    if creates and len(names) > 1:
        words, names = _without_author(words, names, params)
    if not names and not bodies:
        return words.tokens
    if any(name in params for name in intent.with_role(Role.POSITION)):
        return words.tokens
    if Role.URL in intent.roles.values():
        return _name_of_address(words, names + bodies, params)
    if divider := divider_of(intent):
        return _two_texts(words, divider, (names + bodies)[:2], intent, params)
    if marker := marker_of(intent):
        return _marked_text(words, marker, (names + bodies)[0], intent, params)
    if names and bodies:
        return _name_and_body(words, names[0], bodies[0], intent, params)
    if not creates or _takes_anything(intent, names + bodies):
        first = next(name for name in (*names, *bodies) if "new" not in stems(name) or len(names + bodies) == 1)
        return _assign(params, first, strip(words, intent, refers=not creates), intent)
    return words.tokens


def _without_author(words: Words, names: list[str], params: dict[str, Any]) -> tuple[Words, list[str]]:
    """`Emma by Jane Austen`: the maker behind the last "by", where a parameter is for that."""
    makers = [name for name in names if stems(name) & _MAKERS]
    for index in range(len(words.tokens) - 2, 0, -1):
        if makers and words.tokens[index].norm == "by" and words.tokens[index + 1].text[0].isupper():
            params[makers[0]] = words.slice(index + 1).value()
            return words.slice(0, index), [name for name in names if name != makers[0]]
    return words, [name for name in names if name not in makers] or names


def _two_texts(words: Words, divider: str, names: Sequence[str], intent: Intent, params: dict[str, Any]) -> list[Token]:
    """`rename X to Y`: the texts on either side of the last divider, in the order that the intent declares them."""
    declared = sorted(names, key=list(intent.params).index)
    for index in range(len(words.tokens) - 2, 0, -1):
        if words.tokens[index].norm == divider:
            left = _assign(params, declared[0], strip(words.slice(0, index), intent, refers=True), intent)
            return left + _assign(params, declared[1], words.slice(index + 1), intent)
    return _assign(params, declared[0], strip(words, intent, refers=True), intent)


def _marked_text(words: Words, marker: str, name: str, intent: Intent, params: dict[str, Any]) -> list[Token]:
    """`the weather in Oslo`: the text behind the examples' own preposition, else what the widget's words leave."""
    found = after_marker(words.tokens, marker)
    if found is None and not intent.params[name].required:
        return words.tokens
    if found is None:
        left = [token for token in words if token.stem not in intent.vocabulary and token.norm not in FILLERS]
        return _assign(params, name, Words(left, words.text), intent)
    start, end = found
    left = _assign(params, name, words.slice(start, end), intent)
    return words.tokens[:start] + left


def _takes_anything(intent: Intent, names: Sequence[str]) -> bool:
    """A writing intent, or a required text: otherwise a stray word would become an optional filter."""
    return intent.writes or any(intent.params[name].required for name in names)


def _assign(params: dict[str, Any], name: str, words: Words, intent: Intent) -> list[Token]:
    value = words.value()
    if not value or all(_says_nothing(token, intent) for token in words):
        return words.tokens
    if intent.refers and _is_conditional(words.tokens):
        return words.tokens
    many = intent.params[name].type == "array"
    params[name] = [part.strip() for part in value.replace(" and ", ",").split(",") if part.strip()] if many else value
    return []


def _is_conditional(tokens: Sequence[Token]) -> bool:
    """`all but the first`, `2 unless it is done`: more than a name says, so no thing is named."""
    return bool(tokens) and (tokens[0].norm in ALL_WORDS or any(token.norm in _EXCEPTIONS for token in tokens))


def _says_nothing(token: Token, intent: Intent) -> bool:
    """A word that is no name by itself: `it`, `the`, `task`; of existing things also `all`, `2 and 3`."""
    empty = PRONOUNS | DETERMINERS | GENERIC_NOUNS | (FILLERS if intent.refers else frozenset())
    if intent.refers and (
        token.norm in ALL_WORDS | _COUNTING or token.kind == "number" or ordinal(token.norm) is not None
    ):
        return True
    return token.kind == "mark" or token.norm in empty or is_kind(token, intent)


def _name_of_address(words: Words, names: Sequence[str], params: dict[str, Any]) -> list[Token]:
    """The name beside a web address: `as Docs`, `called Docs`, or a lone word or quotation."""
    if not names:
        return words.tokens
    for index, token in enumerate(words.tokens):
        if token.norm in NAMING or token.norm == "as":
            value = words.slice(index + 1).value()
            if value:
                params[names[0]] = value
                return words.tokens[:index]
    quoted = [token for token in words if token.kind == "quote"]
    if len(quoted) == 1:
        params[names[0]] = quoted[0].text.strip(QUOTES)
        return [token for token in words if token.kind != "quote"]
    return words.tokens


def _name_and_body(words: Words, name: str, body: str, intent: Intent, params: dict[str, Any]) -> list[Token]:
    """Tell a title from a text: `append TEXT to TITLE`, `to TITLE: TEXT`, `called TITLE: TEXT`, else all is text."""
    tokens = words.tokens
    if intent.params[name].required:
        return _onto_title(words, name, body, intent, params)
    for index, token in enumerate(tokens):
        if token.norm in NAMING and token.norm not in _SAYING and token.norm != "reading":
            end = next((i for i in range(index + 2, len(tokens)) if _separates(tokens[i])), len(tokens))
            _assign(params, name, words.slice(index + 1, end), intent)
            start = end + 1
            if (
                end < len(tokens)
                and tokens[end].norm == "with"
                and start < len(tokens)
                and tokens[start].stem in ("text", "content", "body")
            ):
                start += 1
            before = [token for token in tokens[:index] if token.norm not in ADJECTIVES]
            return before + _assign(params, body, words.slice(start), intent)
    return _assign(params, body, strip(words, intent, refers=False), intent)


def _separates(token: Token) -> bool:
    return token.text in (":", "-", "–", "—", ",") or token.norm in _SAYING


def _onto_title(words: Words, name: str, body: str, intent: Intent, params: dict[str, Any]) -> list[Token]:
    """A text that goes to something that exists."""
    tokens = words.tokens
    colon = next((i for i, token in enumerate(tokens) if token.text == ":"), None)
    if tokens and tokens[0].norm in ("to", "onto") and colon:
        _assign(params, name, strip(words.slice(1, colon), intent, refers=True), intent)
        return _assign(params, body, words.slice(colon + 1), intent)
    for index in range(len(tokens) - 1, 0, -1):
        if tokens[index].norm in ("to", "onto", "into", "in") and index + 1 < len(tokens):
            onto = words.slice(index + 1)
            _assign(params, name, strip(onto, intent, refers=True), intent)
            return _assign(params, body, strip(words.slice(0, index), intent, refers=False), intent)
    return _assign(params, body, strip(words, intent, refers=False), intent)


def names_a_kind(tokens: Sequence[Token], intent: Intent) -> bool:
    """`… to the note Kickoff`, `… to my Kickoff note`: a text goes to a thing of the intent's own kind."""
    if not intent.with_role(Role.BODY) or not any(intent.params[name].required for name in intent.with_role(Role.NAME)):
        return False
    for index in range(len(tokens) - 2):
        after = [token for token in tokens[index + 1 :] if token.norm not in DETERMINERS and token.kind != "mark"]
        if (
            tokens[index].norm in ("to", "onto", "into")
            and after
            and (is_kind(after[0], intent) or is_kind(after[-1], intent))
        ):
            return True
    return False


def holds_second_command(tokens: Sequence[Token], intent: Intent) -> bool:
    """`milk and clear …`, `task 2 and remove the third task`: two requests, of which only one could be done."""
    for index in range(1, len(tokens) - 1):
        senses = VERBS.get((fold(tokens[index].text),), {})
        if tokens[index - 1].norm not in ("and", "then", ";") or not _WRITING & senses.keys():
            continue
        clause = [token for token in tokens[index + 1 :] if token.norm not in DETERMINERS]
        if clause and (
            is_kind(clause[-1], intent) or ordinal(clause[0].norm) is not None or clause[0].norm in ALL_WORDS
        ):
            return True
    return bool(
        len(tokens) > 1
        and tokens[-2].norm in ("and", "then")
        and _WRITING & VERBS.get((fold(tokens[-1].text),), {}).keys()
    )
