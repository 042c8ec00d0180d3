"""Stage 2 of a child: the script that gives an empty isolate what handlers expect of a host, and its way out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

# In this order, in one function: a later part uses the earlier ones.
PARTS: Final = ("core", "events", "random", "text", "url", "clone", "timers", "console", "bridge")
SEED_BYTES: Final = 48  # key, counter and nonce of the isolate's random numbers
_FOLDER: Final = Path(__file__).parent
_AFTER: Final = "\nif(typeof handler==='function'&&!('handler'in module.exports))module.exports.handler=handler;\n})"


def read_prelude() -> str:
    """The script without its seed: a function whose call makes the port."""
    parts = "\n".join((_FOLDER / f"{name}.js").read_text() for name in PARTS)
    return f"(function prelude(seed) {{ 'use strict';\n{parts}\n}})"


def seeded(prelude: str, seed: bytes) -> str:
    """The script for one isolate; `seed` is SEED_BYTES of the kernel's randomness, never used twice."""
    return f"{prelude}('{seed.hex()}')\n//# sourceURL=prelude.js"


def wrapped(code: str) -> str:
    """A handler's code as the script that hands it to the prelude; its line numbers stay the author's own."""
    return f"__load(function (module, exports) {{{code}{_AFTER}\n//# sourceURL=handler.js"
