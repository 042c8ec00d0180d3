"""A local server that speaks the OpenAI chat protocol over real HTTP and server-sent events, for tests.

with FakeOpenAI() as endpoint:
    endpoint.replies.append(says("Hello."))          # used in this order, the last one again and again
    endpoint.answer = lambda request: calls(...)      # or: an answer made from the request's body
    ... LLM_BASE_URL=endpoint.base_url, LLM_MODEL="any" ...
    endpoint.requests[0]["messages"]                  # what was asked
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Body = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One answer. `events` are sent as `data:` lines; without `done` the connection just ends."""

    status: int = 200
    events: Sequence[str] = ()
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0  # seconds before each event
    done: bool = True
    endless: bool = False  # repeat the events until the client goes away


def chunk(delta: Body, finish: str | None = None) -> str:
    """One streamed piece."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps(
        {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "fake-model", "choices": [choice]}
    )


def says(text: str, *, size: int = 4, finish: str | None = "stop", **rest: Any) -> Reply:
    """Text, streamed a few characters at a time."""
    pieces = [chunk({"content": text[i : i + size]}) for i in range(0, len(text), size)]
    return Reply(events=[*pieces, *([chunk({}, finish)] if finish else [])], **rest)


def calls(panel_id: str, intent_name: str, params: Body | None = None) -> Reply:
    """A `panel_intent` tool call."""
    return calls_raw(json.dumps({"panelId": panel_id, "intentName": intent_name, "params": params or {}}))


def calls_raw(arguments: str, name: str = "panel_intent") -> Reply:
    """A tool call whose arguments are sent as they are, in two pieces."""
    half = len(arguments) // 2
    first = {"index": 0, "id": "t", "type": "function", "function": {"name": name, "arguments": arguments[:half]}}
    second = {"index": 0, "function": {"arguments": arguments[half:]}}
    return Reply(
        events=[chunk({"tool_calls": [first]}), chunk({"tool_calls": [second]}), chunk({}, "tool_calls"), USAGE]
    )


def calls_tools(*wanted: tuple[str, Any], text: str = "", ids: Sequence[str] | None = None) -> Reply:
    """Several tool calls `(name, arguments)` at once, each in two pieces, after some words.

    Arguments that are a text are sent as they are.
    """
    events = [chunk({"content": text})] if text else []
    for index, (name, given) in enumerate(wanted):
        arguments = given if isinstance(given, str) else json.dumps(given)
        half = len(arguments) // 2
        function = {"name": name, "arguments": arguments[:half]}
        key = ids[index] if ids is not None else f"t{index}"
        events.append(chunk({"tool_calls": [{"index": index, "id": key, "type": "function", "function": function}]}))
        events.append(chunk({"tool_calls": [{"index": index, "function": {"arguments": arguments[half:]}}]}))
    return Reply(events=[*events, chunk({}, "tool_calls"), USAGE])


def asks_for(tool: str, args: Body | None = None) -> Reply:
    """A call of a tool in words, as models without tool calling are asked for."""
    return says(json.dumps({"intent": "tool_call", "args": {"tool": tool, "args": args or {}}}))


def fails(status: int, **headers: str) -> Reply:
    """An error answer; its text holds a secret that must never reach anyone."""
    body = json.dumps({"error": {"message": "secret-detail", "type": "x", "code": None}})
    return Reply(status=status, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


USAGE = json.dumps(
    {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "fake-model",
        "choices": [],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }
)


class FakeOpenAI:
    """The endpoint. With `refuses_tools` it answers 400 to requests with tools, as models without them do."""

    def __init__(self, *replies: Reply, refuses_tools: bool = False) -> None:
        self.replies: list[Reply] = list(replies)
        self.answer: Callable[[Body], Reply] | None = None
        self.refuses_tools = refuses_tools
        self.requests: list[Body] = []
        self.keys: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        """What LLM_BASE_URL is set to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply_to(self, body: Body) -> Reply:
        """The next reply."""
        if self.refuses_tools and body.get("tools"):
            return fails(400)
        if self.answer:
            return self.answer(body)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path != "/v1/chat/completions":
                    return self.send_error(404)
                endpoint.requests.append(body)
                endpoint.keys.append(self.headers.get("Authorization", ""))
                self.send(endpoint.reply_to(body))
                return None

            def send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                streamed = reply.status == 200
                self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                try:
                    self.wfile.write(reply.body.encode())
                    self.send_events(reply)
                except OSError:
                    pass  # the client went away, which some tests are about

            def send_events(self, reply: Reply) -> None:
                while True:
                    for event in reply.events:
                        if endpoint.closing.wait(reply.pause) if reply.pause else endpoint.closing.is_set():
                            return
                        self.wfile.write(f"data: {event}\n\n".encode())
                        self.wfile.flush()
                    if not reply.endless:
                        break
                    time.sleep(0.0005)
                if reply.done and reply.status == 200:
                    self.wfile.write(b"data: [DONE]\n\n")

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler
