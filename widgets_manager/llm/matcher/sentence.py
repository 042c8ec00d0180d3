"""Stage 3 of the matcher: what a message asks for: its verb, what stands around it, and whether it asks at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from widgets_manager.llm.matcher.lexicon import (
    ALL_WORDS,
    CLOSER_PHRASES,
    DETERMINERS,
    DONE_WORDS,
    HYPOTHETICAL,
    LONGEST_VERB,
    NEGATIONS,
    OPENER_PHRASES,
    QUESTION_OPENERS,
    VERBS,
    Senses,
)
from widgets_manager.llm.matcher.normalise import Token, fold
from widgets_manager.llm.matcher.wordlist import word_set

Mood = Literal["command", "question", "none"]  # a question may read, never write; "none" asks for nothing
_DASHES: Final = (":", "-", "–", "—")
_BE: Final = word_set("is are = equals at was plus")
_STATEMENTS: Final = ("done", "is")  # the verbs of _read_statement
_ASKING_LEAVE: Final = {("can", "i"), ("may", "i"), ("could", "i")}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A parsed message. `before` and `rest` are the tokens on either side of the verb; `verb` is empty without one."""

    mood: Mood
    verb: str
    senses: Senses
    before: tuple[Token, ...]
    rest: tuple[Token, ...]

    @property
    def content(self) -> tuple[Token, ...]:
        """Everything but the verb."""
        return self.before + self.rest


def parse(tokens: Sequence[Token], leads: Collection[str] = ()) -> Sentence:
    """Parse tokens from which the panel's mention has been taken out.

    `leads` are words that the visible widgets' own commands begin with; they are verbs here where no known verb is.
    """
    asks_leave = any(tuple(t.norm for t in tokens[i : i + 2]) in _ASKING_LEAVE for i in range(min(3, len(tokens))))
    body = _without_closers(_without_openers(list(tokens)))
    hypothetical = _starts_with(body, HYPOTHETICAL)
    sentence = _read_statement(body) or _read_command(body, leads)
    negated = any(token.norm in NEGATIONS for token in sentence.before) or _starts_negated(tokens)
    mood: Mood = sentence.mood
    if hypothetical or negated:
        mood = "none"
    elif asks_leave or (body and body[0].norm in QUESTION_OPENERS and sentence.verb not in _STATEMENTS):
        mood = "question"
    return replace(sentence, mood=mood)


def _without_openers(tokens: list[Token]) -> list[Token]:
    """Tokens after greetings and politeness."""
    while tokens:
        if tokens[0].kind == "mark":
            tokens = tokens[1:]
            continue
        size = next((n for n in (5, 4, 3, 2, 1) if _words(tokens[:n], n) in OPENER_PHRASES), 0)
        if not size:
            break
        tokens = tokens[size:]
    return tokens


def _without_closers(tokens: list[Token]) -> list[Token]:
    """Tokens before thanks and closing punctuation."""
    while tokens:
        if tokens[-1].kind == "mark":
            tokens = tokens[:-1]
            continue
        size = next((n for n in (3, 2, 1) if len(tokens) > n and _words(tokens[-n:], n) in CLOSER_PHRASES), 0)
        if not size:
            break
        tokens = tokens[:-size]
    return tokens


def _words(tokens: Sequence[Token], size: int) -> tuple[str, ...] | None:
    """The words of exactly `size` tokens, None when a quotation is among them."""
    if len(tokens) != size or any(token.kind == "quote" for token in tokens):
        return None
    return tuple(token.norm for token in tokens)


def _starts_with(tokens: Sequence[Token], phrases: Sequence[tuple[str, ...]]) -> bool:
    return any(_words(tokens[: len(phrase)], len(phrase)) == phrase for phrase in phrases)


def _starts_negated(tokens: Sequence[Token]) -> bool:
    """`no, …`, `don't …`, `do not …`, also behind a greeting."""
    body = _without_openers(list(tokens))
    return any(token.norm in NEGATIONS for token in body[:1]) or _words(body[:2], 2) == ("do", "not")


def _read_statement(tokens: list[Token]) -> Sentence | None:
    """`task 4 is done`, `sales are now 4,500` and `sales plus 30`, which ask by telling."""
    size = len(tokens)
    if size < 2 or any(token.norm in NEGATIONS for token in tokens if token.norm != "no"):
        return None
    verb_first = _verb_at(tokens, 0) is not None
    for index in range(size - 1):
        if tokens[index].norm not in _BE or verb_first:
            continue
        tail = [token for token in tokens[index + 1 :] if token.norm not in ("now", "at", "finally", "all", "already")]
        if len(tail) == 1 and tail[0].norm in DONE_WORDS and index > 0:
            return Sentence("command", "done", {"complete": 1}, (), tuple(tokens[:index]))
        if len(tail) == 1 and tail[0].kind == "number" and tokens[index].norm == "plus":
            return Sentence("command", "is", {"increase": 1}, (), (*tokens[:index], *tail))
        if len(tail) == 1 and tail[0].kind == "number":
            return Sentence("command", "is", {"set": 1}, (), (*tokens[:index], *tail))
    return None


def _read_command(tokens: list[Token], leads: Collection[str]) -> Sentence:
    """The first verb that begins the sentence or a clause; else a widget's own; else any reading verb; else none."""
    starts = [0] + [i + 1 for i, token in enumerate(tokens) if token.kind == "mark" and token.text in ",.;:!-–—"]
    for start in starts:
        while start < len(tokens) and tokens[start].norm in ("and", "then", "please", "so"):
            start += 1
        found = _verb_at(tokens, start)
        if found:
            return _sentence(tokens, start, *found)
    if len(tokens) > 2 and tokens[0].stem == "task" and tokens[1].text in _DASHES:
        return _sentence(tokens, 0, 1, {"add": 1})
    if tokens and tokens[0].kind == "word" and tokens[0].norm in leads:
        return _sentence(tokens, 0, 1, {tokens[0].norm: 1})
    for start in range(1, len(tokens)):
        found = _verb_at(tokens, start)
        if found and "show" in found[1] and fold(tokens[start].text) == tokens[start].norm:  # no corrected word
            return _sentence(tokens, start, *found)
    return Sentence("command", "", {}, (), tuple(tokens))


def _verb_at(tokens: Sequence[Token], start: int) -> tuple[int, Senses] | None:
    """The longest known verb that begins at the token: how many tokens it takes, and its senses."""
    for size in range(min(LONGEST_VERB, len(tokens) - start), 0, -1):
        words = _words(tokens[start : start + size], size)
        if words and words in VERBS:
            return size, VERBS[words]
    return None


def _sentence(tokens: Sequence[Token], start: int, size: int, senses: Senses) -> Sentence:
    """The sentence of a verb, its senses sharpened by what follows."""
    verb = " ".join(token.norm for token in tokens[start : start + size])
    before, rest = tuple(tokens[:start]), tuple(tokens[start + size :])
    if senses.get("complete") and (shorter := _without_done(rest)) is not None:
        return Sentence("command", verb, {"complete": 1}, before, shorter)
    if verb in ("check", "tick", "cross") and rest and rest[-1].norm in ("off", "out"):
        return Sentence("command", verb, {"complete": 1}, before, rest[:-1])
    if verb in ("mark", "flag"):
        senses = {"complete": 0.5, "set": 0.6, "update": 0.75}
    senses = _sharpened_by_number(verb, senses, rest)
    if senses.get("remove") and _means_all(rest):
        senses = {**senses, "clear": 1, "remove": 0.5}
    return Sentence("command", verb, senses, before, rest)


def _sharpened_by_number(verb: str, senses: Senses, rest: Sequence[Token]) -> Senses:
    """`to 60` sets a number, `by 60` adds one, where the verb may mean either; a `new figure: 60` replaces the old."""
    if verb == "new" and rest and rest[-1].kind == "number":
        return {"set": 1, "add": 0.5}
    before = {left.norm for left, right in pairwise(rest) if right.kind == "number"}
    if before & {"to", "at"} and "set" in senses:
        return {**senses, "set": 1, "add": 0.4, "increase": 0.4}
    if "by" in before and "set" in senses:
        return {**senses, "set": 0.4, "increase": 1}
    return senses


def _without_done(rest: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """What stands before a closing `as done`, `to finished` or `complete`; None when there is no such end."""
    if len(rest) < 2 or rest[-1].norm not in DONE_WORDS:
        return None
    return rest[:-2] if rest[-2].norm in ("as", "to", "is") else rest[:-1]


def _means_all(rest: Sequence[Token]) -> bool:
    """`all finished tasks`, `everything`: the whole, not one thing."""
    words = [token.norm for token in rest if token.norm not in DETERMINERS]
    return bool(words) and (
        words[0] in ALL_WORDS or (words[0] in DONE_WORDS and words[-1].endswith("s") and len(words) == 2)
    )
