"""Stage 2 of a child: V8 by mini-racer's C symbols, as few of them as a child needs.

The symbols are private to mini-racer, hence the pinned version. Python's own wrapper around them costs a millisecond a
call; these cost about ten microseconds, the way to the isolate's thread and back. Import of this module loads nothing.
"""

from __future__ import annotations

import ctypes
import queue
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

MINI_RACER: Final = "0.14.1"
# Nothing of V8 runs beside the isolate's own thread, which makes a fork before the first isolate safe.
_FLAGS: Final = b"--single-threaded"
_TEXT: Final = 5
_FIRST_FAILURE: Final = 200


class EngineError(RuntimeError):
    """V8 cannot be used, or refused a script; the message says why."""


class _Content(ctypes.Union):
    _fields_ = [("address", ctypes.c_void_p), ("number", ctypes.c_int64), ("real", ctypes.c_double)]


class _Value(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("content", _Content), ("length", ctypes.c_size_t), ("kind", ctypes.c_uint8)]


_Handle = ctypes.POINTER(_Value)
_Callback = ctypes.CFUNCTYPE(None, ctypes.c_uint64, _Handle)
_NUMBER: Final = ctypes.c_uint64
_SIGNATURES: Final[dict[str, tuple[list[Any], Any]]] = {
    "mr_init_v8": ([ctypes.c_char_p, ctypes.c_char_p], None),
    "mr_init_context": ([_Callback], _NUMBER),
    "mr_free_context": ([_NUMBER], None),
    "mr_eval": ([_NUMBER, _Handle, _NUMBER], _NUMBER),
    "mr_alloc_string_val": ([_NUMBER, ctypes.c_char_p, _NUMBER, ctypes.c_uint8], _Handle),
    "mr_free_value": ([_NUMBER, _Handle], None),
    "mr_get_object_item": ([_NUMBER, _Handle, _Handle], _Handle),
    "mr_set_object_item": ([_NUMBER, _Handle, _Handle, _Handle], _Handle),
    "mr_v8_is_using_sandbox": ([], ctypes.c_bool),
}


class Engine:
    """V8, loaded and initialised once for a process and its forks. Raises EngineError."""

    def __init__(self) -> None:
        if (found := version("mini-racer")) != MINI_RACER:
            raise EngineError(f"mini-racer is {found}; its symbols are known for {MINI_RACER} only.")
        spec = find_spec("py_mini_racer")
        if spec is None or spec.origin is None:
            raise EngineError("The Python package mini-racer is not installed.")
        folder = Path(spec.origin).parent
        self.library: Any = ctypes.CDLL(str(folder / "libmini_racer.so"))
        for name, (arguments, result) in _SIGNATURES.items():
            function = getattr(self.library, name)
            function.argtypes, function.restype = arguments, result
        self.library.mr_init_v8(_FLAGS, str(folder / "icudtl.dat").encode())

    def isolate(self) -> Isolate:
        """A new, empty isolate with a thread of its own."""
        return Isolate(self.library)


class Isolate:
    """One V8 isolate with one context. Used by one thread; `close` it, or leave the process by os._exit.

    `prepare` runs a script whose value is the *port*: an object with setters `library` and `in` and a getter `out`, all
    for text. `turn` sets `in`, lets all microtasks run, and gets `out`: two ways to the isolate and back, no callback.
    The accessors must never throw (mini-racer ends the process then).
    """

    def __init__(self, library: Any) -> None:
        self._library = library
        self._results = results = queue.SimpleQueue[Any]()
        # Kept as an attribute, because ctypes frees a callback that nothing refers to while V8 still calls it; and it
        # does not refer to this object, because children collect no cycles.
        self._callback = _Callback(lambda _task, value: results.put(value))
        self._context: int = library.mr_init_context(self._callback)
        self._port: Any = None
        self._in = self._text(b"in")
        self._out = self._text(b"out")

    def prepare(self, script: str, parts: bytes) -> None:
        """Run the script that makes the port, and give it what it runs later. Raises EngineError."""
        self._port = self._run(script)
        self._set(self._text(b"parts"), parts)

    def run(self, script: str) -> str | None:
        """Run a script; V8's account of its failure, with the line as `<anonymous>:LINE`, or None."""
        try:
            self._library.mr_free_value(self._context, self._run(script))
        except EngineError as error:
            return str(error)
        return None

    def turn(self, incoming: bytes) -> bytes:
        """Hand UTF-8 text to the port and return what it has to say."""
        library, context = self._library, self._context
        self._set(self._in, incoming)
        answer = library.mr_get_object_item(context, self._port, self._out)
        said = self._bytes(answer.contents)
        library.mr_free_value(context, answer)
        return said

    def close(self) -> None:
        """Free the isolate and end its thread."""
        self._library.mr_free_context(self._context)

    def _set(self, name: Any, value: bytes) -> None:
        text = self._text(value)
        done = self._library.mr_set_object_item(self._context, self._port, name, text)
        self._library.mr_free_value(self._context, done)
        self._library.mr_free_value(self._context, text)

    def _run(self, script: str) -> Any:
        text = self._text(script.encode())
        self._library.mr_eval(self._context, text, 0)
        value = self._results.get()
        self._library.mr_free_value(self._context, text)
        if value.contents.kind >= _FIRST_FAILURE:
            reason = self._bytes(value.contents).decode(errors="replace")
            self._library.mr_free_value(self._context, value)
            raise EngineError(reason)
        return value

    def _text(self, text: bytes) -> Any:
        return self._library.mr_alloc_string_val(self._context, text, len(text), _TEXT)

    @staticmethod
    def _bytes(value: Any) -> bytes:
        if value.kind != _TEXT and value.kind < _FIRST_FAILURE:
            raise EngineError(f"text was expected of the port, not a value of kind {value.kind}")
        return ctypes.string_at(value.content.address, value.length) if value.length else b""
