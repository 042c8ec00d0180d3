"""Stage 2 of a child: the scripts that give an empty isolate what handlers expect of a host, and its way out.

The *bridge* runs in every isolate. The *usual* part (timers, console) and the *library* are only handed to it, as texts
that it runs when a handler uses one of their names: reading them takes a tenth and half of a millisecond, which many
runs need not pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

# In this order, in one function each: a later part uses the earlier ones.
BRIDGE: Final = ("core", "bridge")
USUAL: Final = ("timers", "steady", "console")
LIBRARY: Final = ("events", "random", "text", "url", "clone")
SEED_BYTES: Final = 48  # key, counter and nonce of the isolate's random numbers
_FOLDER: Final = Path(__file__).parent
_AFTER: Final = "\nif(typeof handler==='function'&&!('handler'in module.exports))module.exports.handler=handler;\n})"


@dataclass(frozen=True, slots=True)
class Prelude:
    """The scripts, in ASCII, which V8 reads at half the cost. `parts` are those that wait, U+0000 between them."""

    bridge: str
    parts: bytes

    @classmethod
    def read(cls) -> Prelude:
        """From their parts."""
        parts = (f"'use strict';\n{_joined(names)}\n//# sourceURL=prelude.js" for names in (USUAL, LIBRARY))
        bridge = f"(function prelude(seed) {{ 'use strict';\n{_joined(BRIDGE)}\n}})"
        return cls(bridge, "\0".join(parts).encode("ascii"))

    def seeded(self, seed: bytes) -> str:
        """The bridge for one isolate; `seed` is SEED_BYTES of the kernel's randomness, never used twice."""
        return f"{self.bridge}('{seed.hex()}')\n//# sourceURL=prelude.js"


def wrapped(code: str) -> str:
    """A handler's code as the script that hands it to the bridge; its line numbers stay the author's own."""
    return f"__load(function (module, exports) {{{code}{_AFTER}\n//# sourceURL=handler.js"


def _joined(parts: tuple[str, ...]) -> str:
    """The parts without their comments."""
    lines = (line.strip() for name in parts for line in (_FOLDER / f"{name}.js").read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/**")))
