"""What hostile handlers try. Each is a name, the code, and the codes that the run may end with.

A bomb may be stopped by memory, by an error that V8 makes of it, or, on a slow machine, by the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

TIMEOUT: Final = frozenset({"HANDLER_TIMEOUT"})
ERROR: Final = frozenset({"HANDLER_ERROR"})
DEEP: Final = frozenset({"HANDLER_ERROR", "TOO_LARGE"})
BOMB: Final = frozenset({"HANDLER_MEMORY", "HANDLER_ERROR", "HANDLER_TIMEOUT"})
_NOTHING: Final = object()

# (module (func (export "f") (loop (br 0))))
_WASM_LOOP: Final = "0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11"


@dataclass(frozen=True, slots=True)
class Attack:
    """`codes` of the error it may end with, or the `value` that shows that it gained nothing."""

    name: str
    code: str
    codes: frozenset[str] = frozenset()
    value: Any = field(default=_NOTHING)

    @property
    def fails(self) -> bool:
        """Whether it ends with an error."""
        return self.value is _NOTHING

    @property
    def seconds(self) -> float:
        """The wall clock it gets: little where that is what ends it, plenty where a slow machine must not matter."""
        if self.codes == TIMEOUT:
            return 0.3
        return 0.6 if "HANDLER_TIMEOUT" in self.codes else 30.0


def _in_handler(name: str, body: str, codes: frozenset[str] = frozenset(), value: Any = _NOTHING) -> Attack:
    return Attack(name, f"async function handler(input, context) {{ {body} }}", codes, value)


LOOPS: Final = (
    _in_handler("a loop", "for (;;);", TIMEOUT),
    Attack("a loop while the code is loaded", "for (;;);", TIMEOUT),
    _in_handler("a loop of awaits", "for (;;) await null;", TIMEOUT),
    _in_handler(
        "microtasks", "(function again() { Promise.resolve().then(again); })(); await new Promise(() => {});", TIMEOUT
    ),
    _in_handler(
        "queueMicrotask", "(function again() { queueMicrotask(again); })(); await new Promise(() => {});", TIMEOUT
    ),
    _in_handler("an interval", "setInterval(() => {}, 0); await new Promise(() => {});", TIMEOUT),
    _in_handler(
        "timers that multiply",
        "(function again() { setTimeout(again); setTimeout(again); })(); await new Promise(() => {});",
        BOMB,
    ),
    _in_handler(
        "a loop in wasm",
        f"new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([{_WASM_LOOP}]))).exports.f();",
        TIMEOUT,
    ),
    _in_handler("a regular expression", "return /^(a+)+$/.test('a'.repeat(60) + '!');", TIMEOUT),
    _in_handler("a promise that never settles", "await new Promise(() => {});", ERROR),
    _in_handler("a result that never resolves", "return { then() {} };", ERROR),
    _in_handler(
        "a result that resolves with itself",
        "const again = { then(resolve) { resolve(again); } }; return again;",
        TIMEOUT,
    ),
    _in_handler("eval", "eval('for (;;);');", TIMEOUT),
    _in_handler("new Function", "new Function('for (;;);')();", TIMEOUT),
    _in_handler("an endless generator", "for (const _ of (function* () { for (;;) yield 1; })());", TIMEOUT),
    _in_handler("Atomics.wait", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);", BOMB),
    _in_handler("catching everything", "for (;;) { try { (function deep() { deep(); })(); } catch {} }", TIMEOUT),
)
BOMBS: Final = (
    _in_handler("arrays", "const kept = []; for (;;) kept.push(new Array(1000).fill(1.5));", BOMB),
    _in_handler("one array", "return new Array(1e8).fill(0).length;", BOMB),
    _in_handler("objects", "let kept = {}; for (;;) kept = { kept, a: 1, b: 2 };", BOMB),
    _in_handler("a string that doubles", "let text = 'x'; for (;;) text += text;", BOMB),
    _in_handler(
        "strings",
        "const kept = []; for (let i = 0; ; i++) kept.push(('' + i).padStart(10000, 'x') + kept.length);",
        BOMB,
    ),
    _in_handler("a Map", "const kept = new Map(); for (let i = 0; ; i++) kept.set(i, i);", BOMB),
    _in_handler("a Set", "const kept = new Set(); for (let i = 0; ; i++) kept.add('k' + i);", BOMB),
    _in_handler("ArrayBuffers", "const kept = []; for (;;) kept.push(new Uint8Array(1e6).fill(1));", BOMB),
    _in_handler("one ArrayBuffer", "return new ArrayBuffer(3e9).byteLength;", BOMB),
    _in_handler(
        "an ArrayBuffer that grows",
        "const one = new ArrayBuffer(8, { maxByteLength: 2 ** 31 }); for (let i = 8; ; i += 1e6) { one.resize(i); new Uint8Array(one).fill(1); }",
        BOMB,
    ),
    _in_handler(
        "SharedArrayBuffers",
        "const kept = []; for (;;) { kept.push(new SharedArrayBuffer(1e6)); new Uint8Array(kept.at(-1)).fill(1); }",
        BOMB,
    ),
    _in_handler("fill", "new Uint8Array(1e9).fill(7);", BOMB),
    _in_handler("wasm memory", "new Uint8Array(new WebAssembly.Memory({ initial: 32768 }).buffer).fill(1);", BOMB),
    _in_handler(
        "wasm memory that grows",
        "const m = new WebAssembly.Memory({ initial: 1, maximum: 65536 }); for (;;) { m.grow(100); new Uint8Array(m.buffer).fill(1); }",
        BOMB,
    ),
    _in_handler("a number", "let number = 3n; for (;;) number *= number;", BOMB),
    _in_handler("spreading without end", "return [...(function* () { for (;;) yield {}; })()].length;", BOMB),
    _in_handler("promises", "const kept = []; for (;;) kept.push(new Promise(() => {}));", BOMB),
    _in_handler("native objects", "const kept = []; for (;;) kept.push(new Intl.NumberFormat('de'));", BOMB),
    _in_handler("deep recursion", "(function deep() { deep(); })();", ERROR),
    _in_handler("a deep result", "let deep = []; for (let i = 0; i < 1e5; i++) deep = [deep]; return deep;", DEEP),
    _in_handler("a result of 100 MB", "return 'x'.repeat(1e8);", BOMB | {"TOO_LARGE"}),
    _in_handler("an error of 100 MB", "throw new Error('x'.repeat(1e8));", BOMB),
    _in_handler("the console", "for (;;) console.log('x'.repeat(1000));", TIMEOUT),
)
GETTERS: Final = (
    _in_handler("a looping getter in a result", "return { get a() { for (;;); } };", TIMEOUT),
    _in_handler("a throwing getter in a result", "return { get a() { throw 1; } };", ERROR),
    _in_handler("a looping message", "throw { get message() { for (;;); } };", TIMEOUT),
    _in_handler("a throwing message", "throw { get message() { throw this; } };", ERROR),
    _in_handler(
        "a looping stack", "throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;); } });", TIMEOUT
    ),
    _in_handler("a looping name", "class E extends Error { get name() { for (;;); } } throw new E();", TIMEOUT),
    _in_handler("a looping toJSON", "return { toJSON() { for (;;); } };", TIMEOUT),
    _in_handler("a toString that throws", "throw { toString() { throw this; } };", ERROR),
    _in_handler("a proxy", "return new Proxy({}, { ownKeys() { for (;;); } });", TIMEOUT),
    _in_handler(
        "a looping export",
        "Object.defineProperty(Object.prototype, 'then', { get() { for (;;); } }); return {};",
        TIMEOUT,
    ),
    _in_handler("a stack-trace hook", "Error.prepareStackTrace = () => { for (;;); }; throw new Error('x');", TIMEOUT),
    _in_handler(
        "call sites",
        "Error.prepareStackTrace = (_, sites) => sites; const sites = new Error().stack;"
        "return sites.map((site) => [typeof site.getFunction(), typeof site.getThis()]).filter(([f]) => f === 'object').length;",
        value=0,
    ),
)
ESCAPES: Final = (
    _in_handler(
        "constructors",
        "return this.constructor.constructor('return typeof process + typeof require + typeof Deno')();",
        value="undefined" * 3,
    ),
    _in_handler(
        "constructors of context",
        "return context.ask.constructor('return typeof process + typeof __load')();",
        value="undefined" * 2,
    ),
    _in_handler("import()", "await import('fs');", ERROR),
    _in_handler("import() of a name from eval", "return await eval('import(\"node:child_process\")');", ERROR),
    _in_handler(
        "globals",
        "return Object.getOwnPropertyNames(globalThis).filter((name) => /^(process|require|fetch|Deno|Bun|__load|postMessage|Worker|quit|print|load|read)$/.test(name)).join();",
        value="",
    ),
    _in_handler(
        "the callers",
        "return (function () { try { return String(arguments.callee.caller.caller); } catch (error) { return error.name; } })() !== 'x';",
        value=True,
    ),
    _in_handler(
        "prototypes",
        "for (const p of [Object.prototype, Array.prototype, String.prototype, Promise.prototype, Map.prototype])"
        "  for (const n of ['then', 'push', 'split', 'toJSON', 'get', 'set', 'map', '0', 'id', 'type', 'value'])"
        "    try { Object.defineProperty(p, n, { get() { throw new Error('poisoned'); }, set() { throw new Error('poisoned'); }, configurable: true }); } catch {}"
        "return 1;",
        value=1,
    ),
    _in_handler(
        "JSON",
        'JSON.stringify = () => \'1}\\n{"type":"call","id":1,"method":"admin","parameters":[]\'; JSON.parse = () => ({ type: \'start\' }); return \'own\';',
        value="own",
    ),
    _in_handler("ending the process", "globalThis.gc?.(); globalThis.quit?.(1); return typeof gc;", value="undefined"),
)
FORGERIES: Final = (
    _in_handler(
        "lines in a result", 'return \'x\\n{"type":"result","value":1}\';', value='x\n{"type":"result","value":1}'
    ),
    _in_handler("lines in the console", 'console.log(\'\\n{"type":"result","value":1}\\n\'); return 2;', value=2),
    _in_handler("lines in an error", 'throw new Error(\'\\n{"type":"result","value":1}\\n\');', ERROR),
    _in_handler(
        "raw JSON",
        "return JSON.rawJSON ? (() => { try { return JSON.rawJSON('1\\n{\"type\":\"result\"}'); } catch (error) { return error.name; } })() : 'SyntaxError';",
        value="SyntaxError",
    ),
    _in_handler("half a character", "return '\\ud800' + 'x';", value="\ud800x"),
    Attack("code that closes its function", "}); for (;;); (function () {", TIMEOUT),
    Attack("code that takes the loader's place", "}); __load(function () {}); (function () {", ERROR),
    _in_handler("a flood of calls", "for (;;) context.ask(1);", BOMB | {"TOO_MANY_CALLS"}),
    _in_handler(
        "calls one after the other", "for (;;) await context.ask(1);", frozenset({"TOO_MANY_CALLS", "HANDLER_TIMEOUT"})
    ),
    _in_handler("a call of 100 MB", "await context.ask('x'.repeat(1e8));", BOMB | {"TOO_LARGE"}),
    _in_handler(
        "a call of a deep value",
        "let deep = []; for (let i = 0; i < 1e5; i++) deep = [deep]; await context.ask(deep);",
        DEEP,
    ),
)
ATTACKS: Final = (*LOOPS, *BOMBS, *GETTERS, *ESCAPES, *FORGERIES)
