"""What an isolate offers to handlers: the parts of browsers that their code takes for granted, and nothing of Node."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from config.env import BASE_DIR
from sandbox.isolates.prelude import BRIDGE, LIBRARY, SEED_BYTES, USUAL, Prelude
from tests.isolates.conftest import Run

Evaluate = Callable[[str], Any]
URLS = json.loads((BASE_DIR / "tests/fixtures/urls.json").read_text())


def test_it_works(evaluate: Evaluate) -> None:
    names = """console setTimeout clearTimeout setInterval clearInterval queueMicrotask URL URLSearchParams TextEncoder
    TextDecoder atob btoa structuredClone crypto AbortController AbortSignal DOMException Event EventTarget performance"""
    assert evaluate(f"'{' '.join(names.split())}'.split(' ').filter((name) => globalThis[name] === undefined)") == []
    assert evaluate("[typeof require, typeof process, typeof Buffer, typeof fetch, typeof global]") == ["undefined"] * 5
    assert evaluate("Object.keys(globalThis)") == []


def test_every_part_is_in_it() -> None:
    folder = BASE_DIR / "sandbox/isolates/prelude"
    assert {file.stem for file in folder.glob("*.js")} == {*BRIDGE, *USUAL, *LIBRARY}
    seeded = Prelude.read().seeded(b"\x01" * SEED_BYTES)
    assert seeded.endswith("('" + "01" * SEED_BYTES + "')\n//# sourceURL=prelude.js")


def test_the_library_is_opened_by_whatever_of_it_is_used_first(evaluate: Evaluate) -> None:
    assert evaluate("[typeof URL, new URL('https://a.org').href, typeof atob]") == [
        "function",
        "https://a.org/",
        "function",
    ]
    assert evaluate("((own) => { globalThis.URL = own; return [URL === own, atob('aGk='), URL === own]; })(1)") == [
        True,
        "hi",
        True,
    ]
    assert evaluate("(() => { delete globalThis.URL; return [typeof URL, btoa('x')]; })()") == ["undefined", "eA=="]


def test_the_usual_part_is_opened_likewise(evaluate: Evaluate) -> None:
    assert evaluate("((own) => { globalThis.setTimeout = own; console.log(1); return setTimeout === own; })(1)") is True
    assert evaluate("(() => { delete globalThis.console; setTimeout(() => {}, 1); return typeof console; })()") == (
        "undefined"
    )
    assert evaluate("(() => { Date.now = () => 0; return performance.timeOrigin > 1e12; })()") is True


def test_time_begins_with_the_run(run: Run) -> None:
    """Not with its isolate, which is made long before."""
    run("function handler() { return 1; }")
    found = run("function handler() { return [performance.timeOrigin, performance.now(), Date.now()]; }").value
    assert found[0] <= found[2]
    assert 0 <= found[1] <= found[2] - found[0]


def test_addresses(run: Run) -> None:
    """Against what browsers and Node make of the same."""
    code = """
    function handler(cases) {
      return cases.map(([input, base]) => {
        try { return new URL(input, base ?? undefined).href; } catch (error) { return error instanceof TypeError ? null : String(error); }
      });
    }"""
    found = run(code, URLS).value
    assert [case for case, href in zip(URLS, found, strict=True) if case[2] != href] == []


def test_parts_of_addresses(evaluate: Evaluate) -> None:
    parts = "['origin','protocol','username','password','host','hostname','port','pathname','search','hash']"
    assert evaluate(f"((u) => {parts}.map((part) => u[part]))(new URL('https://a:b@example.org:8443/x/y?z=1#h'))") == [
        *("https://example.org:8443", "https:", "a", "b", "example.org:8443", "example.org", "8443"),
        *("/x/y", "?z=1", "#h"),
    ]


@pytest.mark.parametrize(
    ("change", "href"),
    [
        ("u.pathname = '/a b?c#d'", "https://example.org/a%20b%3Fc%23d?q=1"),
        ("u.search = 'x=ä'", "https://example.org/p?x=%C3%A4"),
        ("u.hash = 'top'", "https://example.org/p?q=1#top"),
        ("u.host = 'other.org:81'", "https://other.org:81/p?q=1"),
        ("u.port = '443'", "https://example.org/p?q=1"),
        ("u.protocol = 'http'", "http://example.org/p?q=1"),
        ("u.protocol = 'mailto'", "https://example.org/p?q=1"),
        ("u.username = 'a:b'", "https://a%3Ab@example.org/p?q=1"),
        ("u.searchParams.append('r', 'a b&c')", "https://example.org/p?q=1&r=a+b%26c"),
        ("u.searchParams.delete('q')", "https://example.org/p"),
        ("u.search = '?n=2'; u.searchParams.set('m', u.searchParams.get('n'))", "https://example.org/p?n=2&m=2"),
        ("u.href = 'https://new.org/?a=1'; u.searchParams.set('a', 2)", "https://new.org/?a=2"),
    ],
)
def test_changed_addresses(evaluate: Evaluate, change: str, href: str) -> None:
    assert evaluate(f"((u) => {{ {change}; return u.href; }})(new URL('https://example.org/p?q=1'))") == href


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("new URLSearchParams('?a=1&b=%20x+y&a=2&c').getAll('a')", ["1", "2"]),
        ("[...new URLSearchParams('b=+%2B&c')]", [["b", " +"], ["c", ""]]),
        ("new URLSearchParams({ a: 'ä', b: '1&2' }).toString()", "a=%C3%A4&b=1%262"),
        ("new URLSearchParams([['a', '1'], ['a', '2']]).toString()", "a=1&a=2"),
        ("((p) => (p.sort(), p.toString()))(new URLSearchParams('z=1&a=2'))", "a=2&z=1"),
        ("new URLSearchParams('a=1').has('a', '2')", False),
        ("new URLSearchParams('a=1&b=2').size", 2),
        ("URL.canParse('nonsense')", False),
        ("JSON.stringify({ u: new URL('https://a.org') })", '{"u":"https://a.org/"}'),
        ("[...new TextEncoder().encode('aä€😀')]", [97, 195, 164, 226, 130, 172, 240, 159, 152, 128]),
        ("[...new TextEncoder().encode('\\ud800')]", [239, 191, 189]),
        ("new TextEncoder().encodeInto('aä', new Uint8Array(2))", {"read": 1, "written": 1}),
        ("new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 97, 0xff, 0xe2, 0x82]))", "a\ufffd\ufffd"),
        (
            "((d) => d.decode(new Uint8Array([0xe2]), { stream: true }) + d.decode(new Uint8Array([0x82, 0xac])))(new TextDecoder())",
            "€",
        ),
        ("btoa('hello') + atob('aGVsbG8=') + atob(' aGk ')", "aGVsbG8=hellohi"),
        ("[...atob('//79')].map((c) => c.charCodeAt(0))", [255, 254, 253]),
        ("structuredClone({ a: [1, new Date(0)], m: new Map([[1, new Set([2])]]) }).a[1].getTime()", 0),
        ("((a) => (a.self = a, structuredClone(a).self !== a && structuredClone(a).self.self.x))({ x: 1 })", 1),
        ("structuredClone(new Uint8Array([1, 2]))[1]", 2),
        ("structuredClone(new RangeError('x')) instanceof RangeError", True),
        ("((c) => (c.abort(), [c.signal.aborted, c.signal.reason.name]))(new AbortController())", [True, "AbortError"]),
        (
            "((c, n) => (c.signal.addEventListener('abort', () => n.push(1), { once: true }), c.abort(), c.abort(), n))(new AbortController(), [])",
            [1],
        ),
        ("AbortSignal.any([AbortSignal.abort('why')]).reason", "why"),
        ("crypto.getRandomValues(new Uint16Array(4)).length", 4),
        ("new DOMException('x', 'AbortError').code", 20),
        ("typeof performance.now()", "number"),
    ],
)
def test_a_value(evaluate: Evaluate, expression: str, value: Any) -> None:
    assert evaluate(expression) == value


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("atob('a')", "InvalidCharacterError"),
        ("btoa('€')", "InvalidCharacterError"),
        ("new TextDecoder('latin1')", "RangeError"),
        ("new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255]))", "TypeError"),
        ("structuredClone(() => {})", "DataCloneError"),
        ("crypto.getRandomValues(new Float32Array(1))", "TypeMismatchError"),
        ("crypto.getRandomValues(new Uint8Array(65537))", "QuotaExceededError"),
        ("AbortSignal.abort().throwIfAborted()", "AbortError"),
        ("setTimeout('code')", "TypeError"),
        ("new AbortSignal()", "TypeError"),
    ],
)
def test_a_refusal(evaluate: Evaluate, expression: str, name: str) -> None:
    assert evaluate(f"(() => {{ try {{ {expression}; }} catch (error) {{ return error.name; }} }})()") == name


def test_timers_run_in_their_order_with_microtasks_between(run: Run) -> None:
    code = """
    async function handler() {
      const seen = [];
      const stopped = setTimeout(() => seen.push('stopped'), 5);
      await new Promise((resolve) => {
        setTimeout(resolve, 40);
        setTimeout((text) => { seen.push(text); Promise.resolve().then(() => seen.push('microtask')); }, 10, 'first');
        setTimeout(() => seen.push('second'), 10);
        queueMicrotask(() => seen.push('at once'));
        clearTimeout(stopped);
        let count = 0;
        const interval = setInterval(() => { if (++count === 2) { clearInterval(interval); seen.push('twice'); } }, 11);
      });
      return seen;
    }"""
    seen = run(code).value
    assert seen[:4] == ["at once", "first", "microtask", "second"]
    assert "stopped" not in seen


def test_a_timeout_signal_ends_a_wait(run: Run) -> None:
    code = """
    async function handler() {
      const signal = AbortSignal.timeout(10);
      await new Promise((resolve) => { signal.onabort = resolve; });
      return signal.reason.name;
    }"""
    assert run(code).value == "TimeoutError"


def test_random_numbers_differ_between_isolates(run: Run) -> None:
    code = "function handler() { return [crypto.randomUUID(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(200))]]; }"
    first, second = run(code).value, run(code).value
    identifiers = [*first[:2], *second[:2]]
    assert len(set(identifiers)) == 4
    assert all(uuid.UUID(text).version == 4 and re.fullmatch(r"[0-9a-f-]{36}", text) for text in identifiers)
    assert first[2] != second[2]
    assert len(set(first[2])) > 60


def test_random_numbers_are_chacha20(run: Run) -> None:
    """RFC 8439, 2.3.2: the first block for the key, counter and nonce given there."""
    source = (BASE_DIR / "sandbox/isolates/prelude/random.js").read_text()
    seed = (
        "".join(bytes(range(index, index + 4))[::-1].hex() for index in range(0, 32, 4))
        + "0000000109000000"
        + "4a00000000000000"
    )
    code = f"function handler() {{ const {{ fromCharCode }} = String; const provide = () => {{}}; const seed = '{seed}'; {source}\n return [...Array(16)].map(randomByte); }}"
    assert bytes(run(code).value).hex() == "10f1e7e4d13b5915500fdd1fa32071c4"


def test_wasm_runs(run: Run) -> None:
    code = """
    async function handler() {
      const bytes = new Uint8Array([0,97,115,109,1,0,0,0,1,7,1,96,2,127,127,1,127,3,2,1,0,7,7,1,3,97,100,100,0,0,10,9,1,7,0,32,0,32,1,106,11]);
      const { instance } = await WebAssembly.instantiate(bytes);
      return instance.exports.add(2, 3);
    }"""
    assert run(code).value == 5


def test_intl_is_there(evaluate: Evaluate) -> None:
    assert (
        evaluate("new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(1234.5)")
        == "1.234,50\xa0€"
    )
    assert (
        evaluate("new Date(0).toLocaleDateString('en-GB', { timeZone: 'Asia/Tokyo', dateStyle: 'long' })")
        == "1 January 1970"
    )
