"""Stage: request. A function that a message begins with: `convert_unit 5 mi to km`, `run the unit converter for …`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from widgets_manager.llm.matcher.extract import extract
from widgets_manager.llm.matcher.intents import intent_of
from widgets_manager.llm.matcher.lexicon import DETERMINERS, VERBS
from widgets_manager.llm.matcher.normalise import Token, clean, fold, tokenise
from widgets_manager.llm.matcher.panels import Panel
from widgets_manager.llm.matcher.sentence import Sentence, parse
from widgets_manager.llm.matcher.wording import missing
from widgets_manager.llm.matcher.wordlist import word_set
from widgets_manager.llm.types import Clarify, IntentCall, IntentOption

_STARTING: Final = word_set("run use start call launch execute ask")
_LINKS: Final = word_set("with for on to of about :")


def named(message: str, options: Sequence[IntentOption]) -> IntentCall | Clarify | None:
    """The call of the function that the message begins with; None where it begins with none."""
    text = clean(message)
    tokens = tokenise(text)
    if parse(tokens).mood == "none":
        return None
    while tokens and (tokens[0].norm in _STARTING | DETERMINERS or tokens[0].text == "/"):
        tokens = tokens[1:]
    for option in options:
        size = _named_by(tokens, option)
        if size:
            return _read(text, tokens[size:], option)
    return None


def _named_by(tokens: Sequence[Token], option: IntentOption) -> int:
    """How many tokens name the function, by its own name or its owner's; 0 for none."""
    for name in (option.name, option.name.replace("_", " ").replace("-", " "), option.panel_title):
        wanted = [token.norm for token in tokenise(clean(name))]
        if wanted and tuple(wanted) not in VERBS and [token.norm for token in tokens[: len(wanted)]] == wanted:
            return len(wanted)
    return 0


def _read(text: str, rest: Sequence[Token], option: IntentOption) -> IntentCall | Clarify | None:
    while rest and (rest[0].norm in _LINKS or rest[0].kind == "mark"):
        rest = rest[1:]
    intent = intent_of(option)
    found = extract(Sentence("command", fold(option.name), {}, (), tuple(rest)), intent, text)
    if found.missing:
        panel = Panel(option.panel_id, option.panel_title, None, option.widget_name, focused=False)
        return Clarify(missing(option, panel, found.missing))
    return None if found.unexplained else IntentCall(option.panel_id, option.name, found.params)
