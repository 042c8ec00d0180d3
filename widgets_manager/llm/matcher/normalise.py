"""Stage 1 of the matcher: a message becomes tokens that keep their place in the original text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from widgets_manager.llm.matcher.lexicon import NOUNS

MAX_CHARS = 1000
Kind = Literal["word", "number", "url", "quote", "mark"]

# A bare host counts as an address under these endings only, so that "e.g." and "file.txt" stay words.
_ENDINGS = "com|org|net|io|dev|app|edu|gov|info|eu|de|uk|fr|co|ai|local|example|test"
_TOKEN = re.compile(
    rf"""
    (?P<url>https?://[^\s<>"”»]+
          | (?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,8}}(?:{_ENDINGS})\b(?:/[^\s<>"”»]*)?)
  | (?P<quote>"[^"]+" | “[^”]+” | „[^“”]+[“”] | «[^»]+» | `[^`]+`
          | (?<!\w)'(?=\S)[^']*(?:'(?=\w)[^']*)*'(?!\w) | ‘[^’]+’(?!\w))
  | (?P<number>\#\d+ | (?<![\w.])[-+]?[$€£]?\d+(?:[.,]\d+)*(?:[km%](?!\w))?(?![\w]))
  | (?P<word>[^\W_]+(?:['’\-_][^\W_]+)*)
  | (?P<mark>[^\s\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a message. `norm` is for comparing, `stem` also folds plurals and synonyms; both lower-case."""

    text: str
    norm: str
    stem: str
    start: int
    end: int
    kind: Kind

    def corrected(self, word: str) -> Token:
        """The same piece read as `word` (a misspelling); what is extracted keeps the person's spelling."""
        return replace(self, norm=word, stem=stem(word))


def clean(text: str) -> str:
    """NFC text of at most MAX_CHARS characters without control, bidirectional, zero-width and tag characters."""
    safe = text[: MAX_CHARS * 2].encode("utf-8", "replace").decode("utf-8")
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", safe)).strip()[:MAX_CHARS]


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """Lower-case text without accents and with plain apostrophes, for comparing."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """A folded word without its plural, under the first word of its synonyms."""
    if word in NOUNS:
        return NOUNS[word]
    single = singular(word)
    return NOUNS.get(single, single)


@lru_cache(maxsize=32_768)
def singular(word: str) -> str:
    """A folded word without its plural or "-ing"."""
    single = word
    if word.endswith("'s"):
        single = word[:-2]
    elif len(word) > 4 and word.endswith("ies"):
        single = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        single = word[:-1]
    if len(single) > 5 and single.endswith("ing"):
        single = single[:-3]
    return single


def tokenise(text: str) -> list[Token]:
    """The tokens of an already cleaned text. Quoted strings, URLs and numbers are one token each."""
    tokens = []
    for match in _TOKEN.finditer(text):
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the pattern's groups are the kinds
        piece = match.group()
        if kind == "url":
            piece = piece.rstrip(".,;:!?)'")
        norm = fold(piece)
        tokens.append(
            Token(piece, norm, stem(norm) if kind == "word" else norm, match.start(), match.start() + len(piece), kind)
        )
    return tokens


def plain(text: str) -> str:
    """A text for exact comparison: folded words and numbers, joined by one space, punctuation dropped."""
    return " ".join(token.norm.strip("\"'“”„«»`‘’") for token in tokenise(clean(text)) if token.kind != "mark")


@lru_cache(maxsize=65_536)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's words; names such as `addTask` and `add_task` are split first."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-./]", " ", text[:500])
    return frozenset(stem(word) for word in re.findall(r"[^\W_]+(?:'[^\W_]+)?", fold(spaced)))
