"""Shapes of the flow: what a model is asked, and the parts of its streamed answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, TypedDict

ParamType = Literal["string", "number", "boolean", "object", "array"]
Permission = Literal["read", "write"]
TOOL_NAME = "panel_intent"


class ChatMessage(TypedDict):
    """One message of the conversation, as OpenAI-compatible endpoints take it."""

    role: Literal["user", "assistant", "system"]
    content: str


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """One entry of an intent's `paramsSchema`. `enum` lists the allowed values where they are known."""

    type: ParamType
    required: bool = False
    description: str = ""
    default: Any = None
    enum: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class IntentOption:
    """One intent of one visible panel: what the model may choose. `label` is the instance's letter (A, B, …)."""

    panel_id: str
    panel_title: str
    label: str | None
    widget_name: str
    focused: bool
    name: str
    description: str
    examples: Sequence[str]
    params: Mapping[str, ParamSpec]
    permission: Permission


@dataclass(frozen=True, slots=True)
class FunctionOption:
    """One function that the model may call besides: its result goes back to the model.

    `name` is what endpoints take (`[a-zA-Z0-9_-]{1,64}`), `title` what texts call it (`rag.query`), `parameters` the
    JSON Schema of its arguments. `owner` is whose it is, for people; with one the offline matcher offers it, too, by
    its `examples`.
    """

    name: str
    title: str
    description: str
    parameters: Mapping[str, Any]
    owner: str = ""
    examples: Sequence[str] = ()
    permission: Permission = "write"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function that the model asks for: untrusted, to be checked. `problem` says why arguments cannot be read."""

    name: str
    arguments: dict[str, Any]
    call_id: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """An earlier step of the same turn: what the model said, what it called, and the result of each call as text."""

    text: str
    calls: Sequence[ToolCall]
    results: Sequence[str]


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A turn to answer. `messages` ends with the person's; `last_panel_id` is the panel the conversation used last.

    `apps` names the apps whose agents take part, which only a model can speak for.
    """

    system_prompt: str
    messages: Sequence[ChatMessage]
    options: Sequence[IntentOption] = ()
    functions: Sequence[FunctionOption] = ()
    steps: Sequence[Step] = ()
    last_panel_id: str | None = None
    apps: Sequence[str] = ()

    @property
    def user_text(self) -> str:
        """The newest message of the person, or an empty string."""
        return next((message["content"] for message in reversed(self.messages) if message["role"] == "user"), "")


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class IntentCall:
    """A `panel_intent` that the model asks for: untrusted, to be checked. `summary` is for people (a button's text)."""

    panel_id: str
    intent_name: str
    params: dict[str, Any]
    raw: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Clarify:
    """A question back. `choices` are the candidates to offer as buttons; empty where the answer must be typed."""

    question: str
    choices: Sequence[IntentCall] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a whole answer. `usage` holds the endpoint's token counts where it sends them."""

    model: str
    usage: Mapping[str, int] = field(default_factory=dict)


StreamPart: TypeAlias = TextDelta | IntentCall | ToolCall | Clarify | Done


class Provider(Protocol):
    """A source of answers. `label` says to people who answers; `offline` is true for the matcher."""

    label: str
    offline: bool

    def stream(self, request: ChatRequest) -> AsyncIterator[StreamPart]:
        """Yield the answer's parts, `Done` last. Raises LlmError when there is no usable answer."""
        ...
