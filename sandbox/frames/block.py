"""Stage: handlers. The block `sandbox` in the registry of packages: what it brings, permits, and takes along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any, Final

from sandbox.frames.actions.grants import move_grants
from sandbox.frames.scripts import PROBLEM_PATH, SCRIPT_PATH, fetch_script
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, Problem
from widgets_manager.packages.blocks import Collected
from widgets_manager.widgets.scripted import host_of

_PERMITTED: Final = {
    "read:workspace": "Its script sees which panels stand on your dashboard.",
    "read:notes": "Its script reads the notes of your dashboard.",
    "write:workspace": "Its script opens and closes panels, after asking you.",
    "write:notes": "Its script changes notes, after asking you.",
    "write:chat": "Its script writes into your open conversation, after asking you.",
}
_NETWORK: Final = "network:fetch"
LARGE_SCRIPT: Final = 500_000


class SandboxBlock:
    """A script of the widget's own, in a sealed frame. Its shape is part of the manifest's own schema."""

    name = "sandbox"

    def validate(self, block: object, manifest: Mapping[str, Any], *, development: bool) -> Iterable[Problem]:
        """Nothing that the manifest's schema has not found."""
        return ()

    def keep(self, block: Any, manifest: Mapping[str, Any]) -> Any:
        """The block as it came."""
        return block

    def collect(self, block: Any, manifest: Mapping[str, Any], *, development: bool) -> Collected:
        """The script; without it the widget serves the chat only."""
        try:
            script = fetch_script(block, development=development)
        except ApiError as failure:
            return Collected(failures=(failure,))
        return Collected(files={SCRIPT_PATH: script}, warnings=tuple(_doubts(script)))

    def preview(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[str]:
        """Where the script comes from, what it may ask for, and whom it may exchange data with."""
        yield f"Runs a script of its own from {host_of(block['entrypoint'])}, in a sealed frame."
        yield from (_PERMITTED[name] for name in block["permissions"] if name in _PERMITTED)
        if _NETWORK in block["permissions"]:
            yield from (f"May fetch from {host_of(origin)}." for origin in block.get("networkAllowlist", ()))

    def describe(self, block: Any, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
        """Nothing beside the sentences."""
        return {}

    def warn(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[Problem]:
        """Fetching without anywhere to fetch from, and origins without leave to fetch."""
        may_fetch, origins = _NETWORK in block["permissions"], block.get("networkAllowlist")
        if may_fetch and not origins:
            yield Problem("networkAllowlist", f"is empty: '{_NETWORK}' lets the script fetch from nowhere")
        if origins and not may_fetch:
            yield Problem("networkAllowlist", f"is not used without the permission '{_NETWORK}'")

    def activate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """Nothing to do: frames and calls ask whether the widget is enabled."""

    def deactivate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """Nothing to do: what people granted counts again when the widget is enabled again."""

    def migrate(self, *, actor: Actor, install: Any, before: Any | None, after: Any | None) -> None:
        """What people granted counts for the new version too, unless that wants more than the old one."""
        keep = before is not None and after is not None and not is_wider(after, than=before)
        move_grants(actor=actor, widget=install, keep=keep)


def _doubts(script: bytes) -> Iterable[Problem]:
    if len(script) > LARGE_SCRIPT:
        yield Problem(PROBLEM_PATH, f"the script has {len(script):,} bytes, which every frame of it has to load")


def is_wider(block: Mapping[str, Any], *, than: Mapping[str, Any]) -> bool:
    """Whether a script may ask for anything, or exchange data with anybody, that it could not before."""
    return any(not _all(block, key) <= _all(than, key) for key in ("permissions", "networkAllowlist"))


def _all(block: Mapping[str, Any], key: str) -> Set[str]:
    return frozenset(block.get(key, ()))


SANDBOX_BLOCK: Final = SandboxBlock()
