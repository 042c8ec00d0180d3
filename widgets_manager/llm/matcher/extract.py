"""Stage 5 of the matcher: the parameters of an intent, taken from the words around the verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from widgets_manager.llm.matcher import amounts, choices, destination, fields, naming
from widgets_manager.llm.matcher.intents import Intent, Role
from widgets_manager.llm.matcher.kinds import Words
from widgets_manager.llm.matcher.lexicon import FILLERS, NEGATIONS, PREPOSITIONS, PRONOUNS
from widgets_manager.llm.matcher.normalise import Token
from widgets_manager.llm.matcher.sentence import Sentence


@dataclass
class Extraction:
    """The parameters found, the required ones that are missing, and the words that nothing explains."""

    params: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    typed: bool = False  # a URL or a number was asked for and is there
    free: bool = False  # a text was taken that nothing but its place in the sentence speaks for
    placed: bool = False  # it says into which column or onto which existing thing ("to the note X")


def extract(sentence: Sentence, intent: Intent, text: str, siblings: frozenset[str] = frozenset()) -> Extraction:
    """Parameters of `intent` in the sentence; values keep the spelling of `text`, the whole cleaned message.

    `siblings` are words that the same panel's intents describe; they need no further explanation.
    """
    found = Extraction()
    words = list(sentence.rest) if sentence.verb else list(sentence.content)
    creates = not intent.refers
    words = amounts.take_urls(words, intent, found.params)
    words = amounts.take_numbered(words, intent, found.params)
    words = choices.take_choices(words, intent, found.params)
    words = destination.take_destination(words, intent, found.params)
    if fields.changes_fields(intent):
        words = fields.take_fields(Words(words, text), sentence.verb, intent, found.params)
    else:
        words = amounts.take_numbers(words, intent, found.params)
    found.typed = bool(found.params) and any(intent.roles[name] in (Role.URL, Role.NUMBER) for name in found.params)
    if intent.refers:
        words = amounts.take_position(words, intent, found.params, siblings)
    words = amounts.take_flags(words, intent, found.params)
    targets = intent.with_role(Role.TARGET)
    known = any(found.params.get(name) in intent.values(name) for name in targets if intent.params[name].required)
    found.placed = known or naming.names_a_kind(words, intent)
    if naming.holds_second_command(words, intent):
        found.unexplained = ["and"]
        return found
    before_names = set(found.params)
    words = naming.take_names(Words(words, text), intent, found.params, creates=creates)
    found.free = any(intent.roles[name] in (Role.NAME, Role.BODY) for name in found.params.keys() - before_names)
    found.missing = _missing(intent, found.params)
    # "X is dull, remove it": what "it" is stays open, so that the person is asked.
    spoken_before = () if found.missing and is_empty(words) and not found.params else sentence.before
    found.unexplained = [t.text for t in (*spoken_before, *words) if not _explained(t, intent, siblings)]
    return found


def _explained(token: Token, intent: Intent, siblings: frozenset[str]) -> bool:
    """Whether a word that no parameter took is still accounted for."""
    if token.kind == "mark":
        return True
    plain = FILLERS | PREPOSITIONS | PRONOUNS
    known = token.norm in plain or token.stem in plain or token.stem in intent.vocabulary or token.stem in siblings
    return token.kind == "word" and known and token.norm not in NEGATIONS


def _missing(intent: Intent, params: dict[str, Any]) -> list[str]:
    """Required parameters without value or default; of name and position one is enough, and one is needed."""
    if fields.changes_fields(intent) and not any(name in params for name in fields.field_names(intent)):
        return fields.field_names(intent)[:1]
    missing = [n for n, spec in intent.params.items() if spec.required and spec.default is None and n not in params]
    if intent.refers:
        handles = [fields.handle_of(intent), *intent.with_role(Role.POSITION)[:1]]
        if any(name in params for name in handles):
            return [name for name in missing if name not in handles]
        if not any(name in missing for name in handles):
            missing.append(handles[0])
    return missing


def is_empty(words: Sequence[Token]) -> bool:
    """Whether the words name nothing: only articles, pronouns and punctuation."""
    return all(token.kind == "mark" or token.norm in FILLERS or token.norm in PRONOUNS for token in words)
