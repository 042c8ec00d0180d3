"""run_handler: results, errors, host calls, limits."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.isolates import links
from sandbox.isolates.exceptions import HostCallError, IsolateError
from sandbox.isolates.limits import ACTION, CODE_SIZE, INPUT_SIZE, JOB, Limits, parse_limits
from tests.isolates.conftest import Run, failure, state_of, until

ECHO = "async function handler(input, context) { return input; }\nmodule.exports = { handler };"
ASK = "async function handler(input, context) { return await context.ask(input); }"


def echo(method: str, parameters: list[Any]) -> Any:
    return {"method": method, "parameters": parameters}


def test_it_works(run: Run) -> None:
    outcome = run(ECHO, {"a": [1, 2.5, None, True, "ä\u2028😀"]})
    assert outcome.value == {"a": [1, 2.5, None, True, "ä\u2028😀"]}
    assert outcome.seconds > 0
    assert outcome.log == []


def test_a_handler_needs_no_exports_and_may_be_synchronous(run: Run) -> None:
    assert run("function handler(input) { return input + 1; }", 1).value == 2


def test_other_entries_are_called_by_name(run: Run) -> None:
    code = "module.exports = { handler() {}, async onInstall(input) { return { got: input }; } };"
    assert run(code, 7, entry="onInstall").value == {"got": 7}
    assert failure(lambda: run(code, entry="onWebhook")).message == "The code exports no function onWebhook."


def test_nothing_is_null(run: Run) -> None:
    assert run("function handler() {}").value is None


def test_what_is_absent_throws_where_it_is_used(run: Run) -> None:
    code = """
    async function handler(input, { secrets }) {
      const told = [];
      for (const use of [(s) => s.KEY, (s) => { s.KEY = 1; }, (s) => 'KEY' in s, (s) => { const { KEY } = s; }]) {
        try { use(secrets); told.push('nothing'); } catch (error) { told.push(error.code + ' ' + error.message); }
      }
      console.log(secrets);
      return { told, kept: JSON.stringify({ s: await secrets }), is: typeof secrets };
    }"""
    outcome = run(code, absent={"secrets": "There are none."})
    assert outcome.value == {"told": ["NOT_AVAILABLE There are none."] * 4, "kept": '{"s":{}}', "is": "object"}
    assert outcome.log == [("log", "{}")]
    error = failure(lambda: run("async function handler(i, c) { return c.secrets.KEY; }", absent={"secrets": "None."}))
    assert (error.code, error.message) == ("HANDLER_ERROR", "None.")


def test_context_has_values_and_methods(run: Run) -> None:
    code = """
    async function handler(input, context) {
      const shown = await context.widget.update({ event: 'x' });
      const [a, b] = await Promise.all([context.fetch('a', { n: 1 }), context.fetch('b')]);
      return { shown, a, b, user: context.user, keys: Object.keys(context) };
    }"""
    methods = ["widget.update", "widget.show", "fetch"]
    outcome = run(code, broker=echo, methods=methods, values={"user": {"id": "u1"}})
    assert outcome.value == {
        "shown": {"method": "widget.update", "parameters": [{"event": "x"}]},
        "a": {"method": "fetch", "parameters": ["a", {"n": 1}]},
        "b": {"method": "fetch", "parameters": ["b"]},
        "user": {"id": "u1"},
        "keys": ["user", "widget", "fetch"],
    }
    assert [(call.method, call.error) for call in outcome.calls] == [
        ("widget.update", ""),
        ("fetch", ""),
        ("fetch", ""),
    ]


def test_a_refused_call_rejects_with_its_code(run: Run) -> None:
    def refuse(method: str, parameters: list[Any]) -> Any:
        raise HostCallError("HOST_NOT_ALLOWED", "example.org is not declared.")

    code = """
    async function handler(input, context) {
      try { await context.ask(); } catch (error) { return [error instanceof Error, error.code, error.message]; }
    }"""
    outcome = run(code, broker=refuse, methods=["ask"])
    assert outcome.value == [True, "HOST_NOT_ALLOWED", "example.org is not declared."]
    assert outcome.calls[0].error == "HOST_NOT_ALLOWED"


def test_a_fault_of_the_broker_ends_the_run_and_comes_out(run: Run, address: Path) -> None:
    def broken(method: str, parameters: list[Any]) -> Any:
        raise LookupError("the lease was lost")

    with pytest.raises(LookupError, match="lease"):
        run(ASK, broker=broken, methods=["ask"])
    until(lambda: state_of(address)["running"]["actions"] == 0, "the run goes on without its caller")


def test_an_error_has_message_name_and_the_authors_own_lines(run: Run) -> None:
    code = "async function inner() {\n  throw new TypeError('no title');\n}\n"
    code += "async function handler() {\n  await inner();\n}"
    error = failure(lambda: run(code))
    assert (error.code, error.name, error.message) == ("HANDLER_ERROR", "TypeError", "no title")
    assert error.stack.splitlines()[:2] == ["TypeError: no title", "    at inner (handler.js:2:9)"]
    assert "prelude" not in error.stack
    assert error.sentence == "The plugin's code failed."


def test_code_that_is_no_javascript_says_where(run: Run) -> None:
    error = failure(lambda: run("async function handler() {\n  let 1x;\n}"))
    assert (error.code, error.name) == ("HANDLER_ERROR", "SyntaxError")
    assert error.stack.startswith("handler.js:2: SyntaxError")


@pytest.mark.parametrize(
    ("thrown", "message"),
    [("'text'", "text"), ("undefined", "undefined"), ("{ a: 1 }", '{"a":1}'), ("null", "null"), ("42n", "42")],
)
def test_whatever_is_thrown_has_a_message(run: Run, thrown: str, message: str) -> None:
    assert failure(lambda: run(f"async function handler() {{ throw {thrown}; }}")).message == message


def test_what_json_cannot_carry_is_an_error_of_the_handler(run: Run) -> None:
    assert "circular" in failure(lambda: run("function handler() { const a = {}; a.a = a; return a; }")).message
    assert "BigInt" in failure(lambda: run("function handler() { return 1n; }")).message


def test_the_console_is_in_the_log_also_of_a_run_that_fails(run: Run) -> None:
    code = "function handler() { console.log('a', { b: [1, 'x'] }, null); console.warn(new Map([[1, 2]])); }"
    assert run(code).log == [("log", 'a { b: [ 1, "x" ] } null'), ("warn", "Map { 1 => 2 }")]
    failing = failure(lambda: run("function handler() { console.error('before'); throw new Error('x'); }"))
    assert failing.log == [("error", "before")]


def test_the_log_is_bounded(run: Run) -> None:
    outcome = run("function handler() { for (let i = 0; i < 100000; i++) console.log('x'.repeat(100)); }")
    assert len(outcome.log) == ACTION.log_lines
    assert (
        sum(
            len(text)
            for _, text in run(
                "function handler() { for (;;) { console.log('x'.repeat(1e5)); if (n++ > 50) return; } }\nlet n = 0;"
            ).log
        )
        < 100_000
    )


def test_a_run_leaves_nothing_to_the_next_one(run: Run) -> None:
    code = """
    function handler() {
      const before = [globalThis.kept ?? 0, [].left ?? 0];
      globalThis.kept = Array.prototype.left = 1;
      return before;
    }"""
    outcomes = [run(code, version="leave") for _ in range(6)]
    assert [outcome.value for outcome in outcomes] == [[0, 0]] * 6
    assert any(outcome.warm for outcome in outcomes)


def test_another_version_and_another_tenant_get_another_process(run: Run) -> None:
    first = "function handler() { return 1; }"
    assert run(first, version="swap").value == 1
    assert run("function handler() { return 2; }", version="swap").value == 2
    assert not run(first, version="swap", tenant="other").warm


def test_a_handler_that_nothing_can_wake_ends_at_once(run: Run) -> None:
    begun = time.monotonic()
    error = failure(lambda: run("async function handler() { await new Promise(() => {}); }"))
    assert error.code == "HANDLER_ERROR"
    assert error.message.startswith("The handler never finished")
    assert time.monotonic() - begun < ACTION.wall


def test_timers_are_waited_for(run: Run) -> None:
    code = "async function handler() { await new Promise((resolve) => setTimeout(resolve, 30)); return 'later'; }"
    assert run(code).value == "later"


def test_an_error_in_a_timer_is_the_runs_error(run: Run) -> None:
    code = "async function handler() { setTimeout(() => { throw new Error('late'); }); await new Promise(() => {}); }"
    assert failure(lambda: run(code)).message == "late"


def test_the_wall_clock(run: Run) -> None:
    error = failure(lambda: run("function handler() { for (;;); }", limits=replace(ACTION, wall=0.3)))
    assert (error.code, error.message) == ("HANDLER_TIMEOUT", "The handler ran longer than 0.3 s.")


def test_the_wall_clock_counts_host_calls(run: Run) -> None:
    slow = lambda method, parameters: time.sleep(0.6)  # noqa: E731  (read where it is used)
    code = "async function handler(input, context) { for (;;) await context.ask(); }"
    assert (
        failure(lambda: run(code, broker=slow, methods=["ask"], limits=replace(ACTION, wall=0.3))).code
        == "HANDLER_TIMEOUT"
    )


def test_processor_time(run: Run) -> None:
    limits = replace(ACTION, wall=120, cpu=1)
    error = failure(lambda: run("function handler() { for (;;); }", limits=limits))
    assert (error.code, error.message) == ("HANDLER_TIMEOUT", "The handler used more than 1 s of processor time.")


@pytest.mark.parametrize(
    "code",
    [
        "function handler() { const kept = []; for (;;) kept.push(new Array(1000).fill(1.5)); }",
        "function handler() { const kept = new Map(); for (let i = 0; ; i++) kept.set(i, { i }); }",
    ],
)
def test_memory(run: Run, code: str) -> None:
    error = failure(lambda: run(code, limits=replace(ACTION, wall=100, cpu=100)))
    assert (error.code, error.message) == ("HANDLER_MEMORY", "The handler needed more than 64 MB of memory.")


def test_what_fits_into_memory_passes(run: Run) -> None:
    code = "let n = 0; const kept = []; while (++n < 40) kept.push(new Array(125000).fill(1.5)); return n;"
    assert run(f"function handler() {{ {code} }}", limits=replace(ACTION, wall=100)).value == 40  # MB


def test_more_memory_for_heavy_runs(run: Run, address: Path) -> None:
    code = "let n = 0; const kept = []; while (++n < 25) kept.push(new Uint8Array(1e7).fill(1)); return n;"
    code = f"function handler() {{ {code} }}"
    assert failure(lambda: run(code)).code in {"HANDLER_ERROR", "HANDLER_MEMORY"}
    outcome = run(code, limits=JOB)
    assert outcome.value == 25
    assert not run(code, limits=JOB).warm, "a heavy child serves once"


def test_results_and_calls_have_sizes(run: Run) -> None:
    assert failure(lambda: run("function handler() { return 'x'.repeat(6e6); }")).code == "TOO_LARGE"
    code = "async function handler(input, context) { await context.ask('x'.repeat(2e6)); }"
    assert failure(lambda: run(code, broker=echo, methods=["ask"])).code == "TOO_LARGE"
    assert failure(lambda: run(ECHO, "x" * INPUT_SIZE)).code == "TOO_LARGE"
    assert failure(lambda: run("//" + "x" * CODE_SIZE)).code == "TOO_LARGE"


def test_an_answer_that_is_too_large_is_refused_to_the_handler(run: Run) -> None:
    large = lambda method, parameters: "x" * INPUT_SIZE  # noqa: E731  (read where it is used)
    code = (
        "async function handler(input, context) { try { await context.ask(); } catch (error) { return error.code; } }"
    )
    assert run(code, broker=large, methods=["ask"]).value == "TOO_LARGE"


def test_large_results_and_answers_pass(run: Run) -> None:
    text = "ä" * 2_000_000
    assert run(ASK, 1, broker=lambda method, parameters: text, methods=["ask"]).value == text


def test_many_calls_at_once_with_large_answers_do_not_block_each_other(run: Run) -> None:
    code = """
    async function handler(input, context) {
      const asked = [];
      for (let i = 0; i < 100; i++) asked.push(context.ask('x'.repeat(20000)));
      return (await Promise.all(asked)).reduce((sum, text) => sum + text.length, 0);
    }"""
    answer = lambda method, parameters: "y" * 50_000  # noqa: E731  (read where it is used)
    assert run(code, broker=answer, methods=["ask"]).value == 5_000_000


def test_calls_are_counted(run: Run) -> None:
    code = "async function handler(input, context) { for (;;) await context.ask(); }"
    error = failure(lambda: run(code, broker=echo, methods=["ask"], limits=replace(ACTION, calls=5)))
    assert error.code == "TOO_MANY_CALLS"
    code = (
        "async function handler(input, context) { await Promise.all(new Array(9).fill(0).map(() => context.ask())); }"
    )
    error = failure(lambda: run(code, broker=echo, methods=["ask"], limits=replace(ACTION, in_flight=3)))
    assert (error.code, error.message) == ("TOO_MANY_CALLS", "At most 3 calls of context at once.")


def test_runs_of_several_threads_do_not_mix(run: Run) -> None:
    found: dict[int, Any] = {}

    def one(number: int) -> None:
        found[number] = run(ASK, number, broker=lambda method, parameters: [number, *parameters], methods=["ask"]).value

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [number, number] for number in range(12)}


def test_no_service_is_one_error(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "STARTING", 0.0)
    error = failure(lambda: run(ECHO, address=tmp_path / "nobody.sock"))
    assert error.code == "UNAVAILABLE"
    assert failure(lambda: run(ECHO, address=None)).message.endswith("ISOLATES_SOCKET is not set.")


def test_limits_are_checked_where_they_arrive() -> None:
    assert parse_limits(ACTION.as_json()) == ACTION
    assert parse_limits(JOB.as_json()) == JOB
    for change in ({"wall": -1}, {"wall": "1"}, {"memory": 1 << 40}, {"calls": 1.5}, {"heavy": 1}, {"more": 1}):
        with pytest.raises(ValueError, match="limits"):
            parse_limits({**Limits().as_json(), **change})
    with pytest.raises(ValueError, match="limits"):
        parse_limits(None)


def test_an_error_says_what_it_is() -> None:
    error = IsolateError("BUSY")
    assert (str(error), error.message) == ("BUSY", "The server is busy with other actions: try again in a moment.")
