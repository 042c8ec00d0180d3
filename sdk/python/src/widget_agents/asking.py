"""`send_*_widget` sends a widget and returns; `ask_*` sends it and waits for the answer."""

from __future__ import annotations

import asyncio
import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Unpack, overload

from widget_agents import widgets
from widget_agents.deliveries import Deliveries
from widget_agents.errors import Cancelled, Expired, Refused
from widget_agents.messages import AgentAttachment, AgentMessage

_Key = tuple[str, str]  # conversation, widget
_GRACE = 2.0  # seconds: an answer given at the last moment is still on its way


@dataclass(frozen=True, slots=True)
class Granted:
    """The answer to a permission widget; truthy when granted. `scope` is None when denied or when none was offered."""

    granted: bool
    scope: str | None = None

    def __bool__(self) -> bool:
        return self.granted


class RunningProgress:
    """A progress widget that is shown."""

    def __init__(self, agent: Asking, ref: str, widget: Mapping[str, Any], cancelled: asyncio.Future[Any]) -> None:
        self.ref = ref
        self._agent = agent
        self._place = {name: widget[name] for name in ("conversation_id", "to")}
        self._cancelled = cancelled

    @property
    def cancelled(self) -> bool:
        """Whether the person pressed Cancel."""
        return self._cancelled.done()

    async def update(self, value: float | None = None, **spec: Any) -> None:
        """Move it on: `value`, `body`, `title`, `max`. Raises Cancelled once the person pressed Cancel."""
        if self.cancelled:
            raise Cancelled(self.ref, "the person cancelled it")
        changes = spec if value is None else {"value": value, **spec}
        await self._agent.send_widget_update(**self._place, ref=self.ref, spec=changes)


class Asking(ABC):
    """The widgets of an agent."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        self._questions: dict[_Key, asyncio.Future[AgentMessage]] = {}

    @abstractmethod
    async def _send_widget(self, kind: str, arguments: Mapping[str, Any]) -> str: ...

    @abstractmethod
    async def send_widget_update(
        self,
        *,
        conversation_id: str,
        to: str,
        ref: str,
        spec: Mapping[str, Any] | None = None,
        expires_at: str | datetime | None = None,
    ) -> str:
        """Change a widget that was sent."""

    async def send_confirm_widget(self, **widget: Unpack[widgets.Confirm]) -> str:
        """Ask for a yes or a no; the widget's id. Use it before what cannot be undone, with `danger=True`."""
        return await self._send_widget("confirm", widget)

    async def send_choice_widget(self, **widget: Unpack[widgets.MultiChoice]) -> str:
        """Let the person pick one of the options, or several with `multi=True`; the widget's id."""
        return await self._send_widget("choice", widget)

    async def send_permission_widget(self, **widget: Unpack[widgets.Permission]) -> str:
        """Ask for leave to do something, in one of the scopes; the widget's id."""
        return await self._send_widget("permission", widget)

    async def send_form_widget(self, **widget: Unpack[widgets.Form]) -> str:
        """Ask for several values at once; the widget's id."""
        return await self._send_widget("form", widget)

    async def send_progress_widget(self, **widget: Unpack[widgets.Progress]) -> str:
        """Show how far something is; the widget's id. `send_widget_update` moves it on."""
        return await self._send_widget("progress", {"value": 0, **widget})

    async def send_file_picker_widget(self, **widget: Unpack[widgets.FilePicker]) -> str:
        """Ask for files of the person; the widget's id."""
        return await self._send_widget("file-picker", widget)

    async def send_datetime_widget(self, **widget: Unpack[widgets.DateTime]) -> str:
        """Ask for a date, a time, or both; the widget's id."""
        return await self._send_widget("datetime", widget)

    async def ask_confirm(self, timeout: float | None = None, **widget: Unpack[widgets.Confirm]) -> bool:
        """Whether the person said yes. All `ask_*` raise Cancelled, and Expired after `timeout` seconds."""
        return (await self._ask("confirm", widget, timeout)).value is True

    @overload
    async def ask_choice(
        self, timeout: float | None = None, *, multi: Literal[False] = False, **widget: Unpack[widgets.Choice]
    ) -> str: ...
    @overload
    async def ask_choice(
        self, timeout: float | None = None, *, multi: Literal[True], **widget: Unpack[widgets.Choice]
    ) -> list[str]: ...
    async def ask_choice(self, timeout: float | None = None, **widget: Any) -> str | list[str]:
        """The id of the option the person picked, or with `multi=True` the list of ids."""
        picked: str | list[str] = (await self._ask("choice", widget, timeout)).value
        return picked

    async def ask_permission(self, timeout: float | None = None, **widget: Unpack[widgets.Permission]) -> Granted:
        """Whether the person granted it, and in which scope."""
        value = (await self._ask("permission", widget, timeout)).value
        return Granted(value.get("granted") is True, value.get("scope"))

    async def ask_form(self, timeout: float | None = None, **widget: Unpack[widgets.Form]) -> dict[str, Any]:
        """The values by field name."""
        values: dict[str, Any] = (await self._ask("form", widget, timeout)).value
        return values

    async def ask_file_picker(
        self, timeout: float | None = None, **widget: Unpack[widgets.FilePicker]
    ) -> list[AgentAttachment]:
        """The files the person picked; each has `download()`."""
        return (await self._ask("file-picker", widget, timeout)).files

    async def ask_datetime(self, timeout: float | None = None, **widget: Unpack[widgets.DateTime]) -> str:
        """What the person picked, in ISO 8601: a date, a time, or both, as `mode` says."""
        return str((await self._ask("datetime", widget, timeout)).value["value"])

    @asynccontextmanager
    async def progress(self, **widget: Unpack[widgets.Progress]) -> AsyncIterator[RunningProgress]:
        """A progress widget for the time of a block: `async with agent.progress(…) as progress`."""
        ref = widget.get("widget_id") or str(uuid.uuid4())
        with self._listen(widget["conversation_id"], ref) as cancelled:
            await self._send_widget("progress", {"value": 0, **widget, "widget_id": ref})
            yield RunningProgress(self, ref, widget, cancelled)

    async def _ask(self, kind: str, widget: Mapping[str, Any], timeout: float | None) -> _Answer:
        ref = widget.get("widget_id") or str(uuid.uuid4())
        expires_at = widget.get("expires_at")
        if timeout is not None:
            expires_at = datetime.now(UTC) + timedelta(seconds=timeout)
        with self._listen(widget.get("conversation_id", ""), ref) as answered:
            try:
                async with asyncio.timeout(_seconds_until(expires_at)):
                    await self._send_widget(kind, {**widget, "widget_id": ref, "expires_at": expires_at})
                    with self._deliveries.waiting_for_a_person():
                        message = await answered
            except TimeoutError:
                raise Expired(ref, f"nobody answered {ref} in time") from None
            except Refused as refusal:
                if refusal.path != "expires_at":
                    raise
                raise Expired(ref, f"{ref} came to the server too late") from refusal
        response = message.widget_response
        if response is None or response.cancelled:
            raise Cancelled(ref, f"{ref} was cancelled")
        return _Answer(response.value, message.attachments)

    @contextmanager
    def _listen(self, conversation_id: str, ref: str) -> Iterator[asyncio.Future[AgentMessage]]:
        """While the block runs, the answer to the widget goes to the future, not to the handler."""
        key = (conversation_id, ref)
        answered: asyncio.Future[AgentMessage] = asyncio.get_running_loop().create_future()
        older = self._questions.get(key)
        if older is not None and not older.done():
            older.set_exception(Cancelled(ref, f"{ref} was asked again"))
            older.exception()  # seen: a progress never looks at it
        self._questions[key] = answered
        try:
            yield answered
        finally:
            if self._questions.get(key) is answered:
                del self._questions[key]

    def _answer(self, message: AgentMessage) -> bool:
        """Hand an answer to who waits for it; whether somebody did."""
        response = message.widget_response
        answered = self._questions.get((message.conversation_id, response.ref)) if response else None
        if answered is None or answered.done():
            return False
        answered.set_result(message)
        return True


@dataclass(frozen=True, slots=True)
class _Answer:
    value: Any
    files: list[AgentAttachment]


def _seconds_until(moment: str | datetime | None) -> float | None:
    if moment is None:
        return None
    end = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return max(0.0, (end - datetime.now(UTC)).total_seconds()) + _GRACE
