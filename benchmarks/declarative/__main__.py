"""`python -m benchmarks.declarative`: reading and compiling trees of 10, 100, 500 and 2,000 nodes. About ten seconds.

Beside the standard library's `json.loads` of the same tree as text; what is compared takes turns, the best turns
count, in CPU time, because other work on the machine is no part of it. "Known" means that the expressions were parsed
before, as those of an installed app are; "new" that none was.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import yaml

from benchmarks.declarative.trees import tree_of
from benchmarks.environment import Ratio, show
from widgets_manager.declarative import expressions, readings
from widgets_manager.declarative.compiler import compile_tree
from widgets_manager.declarative.documents import read_document
from widgets_manager.declarative.registry import load_catalog

TURNS = 7
NODES = (10, 100, 500, 2000)
TARGETS = {"schema": 0.5, "compile, expressions known": 5.0, "compile, expressions new": 5.0}


def forget() -> None:
    """Parse every expression anew."""
    expressions.parse.cache_clear()
    readings.read_text.cache_clear()


def compile_anew(tree: object) -> object:
    """Compile as if nothing like it had been seen."""
    forget()
    return compile_tree(tree)


def measured(nodes: int) -> dict[str, float]:
    """Seconds of each part for one tree, the best of the turns."""
    tree = tree_of(nodes)
    as_json, as_yaml = json.dumps(tree), yaml.safe_dump(tree, sort_keys=False)
    validator = load_catalog().node_validator
    compiled = compile_tree(tree)
    assert (compiled.nodes, compiled.errors, compiled.warnings) == (nodes, (), ())
    parts: dict[str, Callable[[], object]] = {
        "json.loads": lambda: json.loads(as_json),
        "schema": lambda: list(validator.iter_errors(tree)),
        "compile, expressions known": lambda: compile_tree(tree),
        "compile, expressions new": lambda: compile_anew(tree),
        "reading it as YAML": lambda: read_document(as_yaml),
        "PyYAML's own loader (C)": lambda: yaml.load(as_yaml, Loader=yaml.CSafeLoader),
    }
    best = dict.fromkeys(parts, float("inf"))
    repeat = max(1, 1000 // nodes)
    for _ in range(TURNS):
        for name, work in parts.items():
            start = time.process_time()
            for _ in range(repeat):
                work()
            best[name] = min(best[name], (time.process_time() - start) / repeat)
    return best


def main() -> None:
    """Measure, print."""
    rows = []
    for nodes in NODES:
        best = measured(nodes)
        base = best.pop("json.loads")
        for name, seconds in best.items():
            note = f"{seconds * 1e3:.2f} ms"
            if nodes == 500 and name in TARGETS:
                target = TARGETS[name]
                note += f" (target {target:g} ms{'' if seconds * 1e3 <= target else ', missed'})"
            rows.append(Ratio(f"{nodes} nodes: {name}", seconds / base, None, note))
    print("beside json.loads of the same tree")
    show(rows)


if __name__ == "__main__":
    main()
