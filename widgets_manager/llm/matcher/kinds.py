"""Stage 5 of the matcher: the words around a name: `a new task called X`, `the X link`, `note: X`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from widgets_manager.llm.matcher.intents import Intent
from widgets_manager.llm.matcher.lexicon import DETERMINERS, GENERIC_NOUNS, NAMING, PRONOUNS
from widgets_manager.llm.matcher.normalise import Token
from widgets_manager.llm.matcher.wordlist import word_set

QUOTES: Final = "\"'“”„«»`‘’"
ADJECTIVES: Final = word_set("new another extra whole")
_ASIDES: Final = word_set("me us myself")
_CONNECTORS: Final = word_set("to for about of that as")
_ASKING: Final = word_set("do does did is me")
_TRAILING: Final = word_set("say says back over off out")


@dataclass
class Words:
    """Tokens that are left, and the text that they come from."""

    tokens: list[Token]
    text: str

    def slice(self, start: int, end: int | None = None) -> Words:
        """A part of the tokens of the same text."""
        return Words(self.tokens[start:end], self.text)

    def value(self) -> str:
        """The words as written, without closing punctuation and without quotation marks around the whole."""
        tokens = list(self.tokens)
        while tokens and tokens[-1].kind == "mark" and tokens[-1].text not in ")]}%€$£":
            tokens.pop()
        while tokens and tokens[0].kind == "mark" and tokens[0].text in ",.;:!?-–—":
            tokens.pop(0)
        pieces = [
            token.text if i == 0 else self._gap(tokens[i - 1], token) + token.text for i, token in enumerate(tokens)
        ]
        joined = "".join(pieces).strip()
        return joined.strip(QUOTES) if len(tokens) == 1 and tokens[0].kind == "quote" else joined

    def _gap(self, left: Token, right: Token) -> str:
        between = self.text[left.end : right.start]
        return between if not between.strip() else " "

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)


def strip(words: Words, intent: Intent, *, refers: bool) -> Words:
    """Words without the kind of thing around them. `refers`: they name something that exists."""
    quoted = [token for token in words if token.kind == "quote"]
    if len(quoted) == 1 and all(t.kind in ("mark", "quote") or _announces(t, intent) for t in words):
        return Words(quoted, words.text)
    tokens, start, end = words.tokens, 0, len(words.tokens)
    while start < end and _leads(tokens, start, intent, refers=refers):
        start += 1
    if not refers:
        return words.slice(start, end)
    while end - start > 1 and (tokens[end - 1].kind == "mark" or tokens[end - 1].norm in _TRAILING):
        end -= 1
    if end - start > 1 and is_kind(tokens[end - 1], intent):
        start = max((i + 1 for i in range(start, end - 2) if tokens[i].norm in DETERMINERS), default=start)
        end -= start > 0 and tokens[start - 1].norm in DETERMINERS
    return words.slice(start, end)


def _leads(tokens: Sequence[Token], start: int, intent: Intent, *, refers: bool) -> bool:
    """Whether a token only leads up to the name."""
    token, following = tokens[start], tokens[start + 1 :]
    if token.kind == "mark" or token.norm in NAMING | ADJECTIVES or _is_aside(tokens, start):
        return True
    if token.norm in DETERMINERS and not token.text[0].isupper() and (refers or _leads_to_kind(following, intent)):
        return True
    if not following:
        return False
    if start == 0 and (token.norm == "that" or (token.norm in PRONOUNS and following[0].text == ":")):
        return True
    after_article = start > 0 and tokens[start - 1].norm in DETERMINERS | ADJECTIVES
    if is_kind(token, intent) or (after_article and _is_described(token, intent)):
        return True
    return (refers and token.norm in _ASKING) or (start > 0 and token.norm in _CONNECTORS)


def is_kind(token: Token, intent: Intent) -> bool:
    """`task`, `link`, `item`: the kind of thing, written small."""
    return (
        token.kind == "word"
        and not token.text[0].isupper()
        and (token.norm in GENERIC_NOUNS or token.stem in intent.nouns)
    )


def _announces(token: Token, intent: Intent) -> bool:
    return token.norm in DETERMINERS | NAMING | ADJECTIVES or is_kind(token, intent)


def _is_aside(tokens: Sequence[Token], start: int) -> bool:
    """`for me`, or `me` alone, in front."""
    return tokens[start].norm in _ASIDES or (
        tokens[start].norm == "for" and start + 1 < len(tokens) and tokens[start + 1].norm in _ASIDES
    )


def _leads_to_kind(tokens: Sequence[Token], intent: Intent) -> bool:
    """Whether `task` follows, perhaps after `new` or another word of the widget's own."""
    for token in tokens[:3]:
        if token.norm in ADJECTIVES:
            continue
        return is_kind(token, intent) or (_is_described(token, intent) and len(tokens) > 1)
    return False


def _is_described(token: Token, intent: Intent) -> bool:
    """A kind of thing that the descriptions name, such as `article`."""
    return token.kind == "word" and token.text.islower() and token.stem in intent.described
