"""Reading, stage two: YAML, as its version 1.2 says (core schema), from PyYAML's events.

`yes`, `no`, `on`, `off` and dates are texts, a key is the text it is written as; merge keys, tags of other kinds and
a second document are errors. Aliases are allowed and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from widgets_manager.declarative.building import Builder
from widgets_manager.declarative.problems import InvalidDocument, Problem, quoted

_LOADER: Final = getattr(yaml, "CLoader", yaml.Loader)  # only its events are used: nothing is constructed
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE: Final = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_TAG: Final = "tag:yaml.org,2002:"
_DIGITS: Final = 400


def read_yaml(text: str) -> Builder:
    """The document as built. Raises InvalidDocument with everything wrong with it up to where reading had to end."""
    builder = Builder()
    documents = 0
    for event in _events(text, builder):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                builder.stop("a second document begins; one is allowed", _line(event))
        else:
            _take(event, builder)
    if not documents:
        raise InvalidDocument([Problem("", "the document is empty", 1)])
    if builder.problems:
        raise InvalidDocument(builder.problems)
    return builder


def _events(text: str, builder: Builder) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.reader.ReaderError as error:
        code = error.character if isinstance(error.character, int) else ord(error.character)
        line = text.count("\n", 0, max(0, text.find(chr(code)))) + 1
        builder.problems.append(Problem("", f"the character U+{code:04X} is not accepted", line))
        raise InvalidDocument(builder.problems) from None
    except yaml.MarkedYAMLError as error:
        _refuse(error, text, builder)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _take(event: Any, builder: Builder) -> None:
    line = _line(event)
    if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
        is_object = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", _TAG + ("map" if is_object else "seq")):
            builder.fault(f"unknown tag {_shown(event.tag)}", line)
        builder.open(is_object, line, event.anchor)
    elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
        builder.close()
    elif isinstance(event, yaml.AliasEvent):
        builder.alias(str(event.anchor), line)
    elif isinstance(event, yaml.ScalarEvent) and builder.expects_key:
        _take_key(event, builder, line)
    elif isinstance(event, yaml.ScalarEvent):
        builder.scalar(_value(event, builder, line), line, event.anchor)


def _take_key(event: Any, builder: Builder, line: int) -> None:
    if event.value == "<<" and not event.style:
        builder.fault("merge keys (<<) are no part of YAML 1.2; write the entries out", line)
    builder.key(event.value, line)


def _value(event: Any, builder: Builder, line: int) -> Any:
    text = event.value
    if event.tag is None:
        return text if event.style else _plain(text, builder, line)
    if event.tag in ("!", _TAG + "str"):
        return text
    value = _plain(text, builder, line)
    kind = {"null": type(None), "bool": bool, "int": int, "float": int | float}.get(event.tag.removeprefix(_TAG))
    if kind is None:
        builder.fault(f"unknown tag {_shown(event.tag)}", line)
    elif not isinstance(value, kind):
        builder.fault(f"{quoted(text)} is no {_shown(event.tag)}", line)
    return value


def _plain(text: str, builder: Builder, line: int) -> Any:
    """The value of a text that is not in quotes."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NOT_FINITE.fullmatch(text):
        builder.fault(f"holds {text}, which JSON has no form for", line)
        return None
    return _numeric(text, builder, line)


def _numeric(text: str, builder: Builder, line: int) -> Any:
    if len(text) > _DIGITS and (_WHOLE.fullmatch(text) or _NUMBER.fullmatch(text)):
        builder.fault(f"a number of {len(text)} digits; put it in quotes", line)
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    if value in (float("inf"), float("-inf")):
        builder.fault(f"the number {quoted(text)} is too large", line)
    return value


def _shown(tag: str) -> str:
    return quoted("!!" + tag.removeprefix(_TAG) if tag.startswith(_TAG) else tag)


def _refuse(error: yaml.MarkedYAMLError, text: str, builder: Builder) -> None:
    """Say a syntax error in plain words. Raises InvalidDocument."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    written = lines[line] if line < len(lines) else ""
    place = f" (line {line + 1}, column {column + 1})"
    builder.problems.append(Problem("", _words(error.problem or "", written, column) + place, line + 1))
    raise InvalidDocument(builder.problems)


def _words(problem: str, written: str, column: int) -> str:
    indentation = written[: len(written) - len(written.lstrip())]
    if "\t" in indentation or written[column : column + 1] == "\t":
        return "a tab stands where only spaces may; indent with spaces"
    return next((words for part, words in _PLAIN_WORDS.items() if part in problem), f"not YAML: {problem}")


_PLAIN_WORDS: Final = {
    "mapping values are not allowed": "a ':' where no key can be: mend the indentation, or put the text in quotes",
    "could not find expected ':'": "a key has no ':' after it; or a text over several lines needs quotes",
    "did not find expected key": "the indentation does not fit what is above, or a quote is left open",
    "did not find expected '-' indicator": "the indentation does not fit the list above: '- ' stands in one column",
    "block sequence entries are not allowed": "a list begins where none can: put it on a line of its own",
    "found unexpected end of stream": "a quote or bracket is not closed before the text ends",
    "did not find expected ',' or ']'": "a list in [ ] misses a ',' or its ']'",
    "did not find expected ',' or '}'": "an object in { } misses a ',' or its '}'; a text with {{ }} needs quotes",
    "cannot start any token": "a text cannot begin with this character; put it in quotes",
    "found undefined tag handle": "unknown tag",
    "found unknown escape character": "an unknown escape after '\\' in a text in double quotes",
}
