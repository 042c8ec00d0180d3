"""Stage: validation. The registry of manifest blocks that later rooms bring with them.

A block is an optional top-level key of a manifest (`sandbox`, for example) whose subject lives in a higher room. That
room registers it in its `AppConfig.ready()`; what is registered counts as known here and is checked at every install.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, InvalidInput, Problem


@dataclass(frozen=True, slots=True)
class Collected:
    """What blocks need from elsewhere: files of the package by path, why others are missing, and what is odd.

    Each failure has its path in the manifest; the package is installed without what is missing.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    failures: tuple[ApiError, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The failures, as they are told to people and kept with the widget."""
        return tuple(Problem(failure.path or "", failure.message) for failure in self.failures)


class PackageBlock(Protocol):
    """What a room does with its block. `install` is the InstalledWidget; every write runs in its transaction."""

    def validate(self, block: object, manifest: Mapping[str, Any], *, development: bool) -> Iterable[Problem]:
        """The faults of the block, as it came; paths are relative to it."""

    def keep(self, block: Any, manifest: Mapping[str, Any]) -> Any:
        """The form of a valid block that is stored with the version and given to `activate`."""

    def collect(self, block: Any, manifest: Mapping[str, Any], *, development: bool) -> Collected:
        """The files that the stored block needs and the package has not. May wait for other servers: no transaction
        is open. Paths are whole ones (`sandbox.entrypoint`)."""

    def preview(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[str]:
        """Sentences that tell a person what installing the block permits or brings."""

    def describe(self, block: Any, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a preview shows of the stored block, by the preview's keys (zones, agents, tools)."""

    def warn(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[Problem]:
        """What is odd about a valid block, as it came; paths are relative to it."""

    def activate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """The widget is installed or enabled."""

    def deactivate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """The widget is disabled or about to be uninstalled."""

    def migrate(self, *, actor: Actor, install: Any, before: Any | None, after: Any | None) -> None:
        """The widget moves to another version; None where a version has no such block."""


@runtime_checkable
class Installable(Protocol):
    """A block whose room has more to do when a widget comes and goes than to switch it on and off."""

    def install(self, *, actor: Actor, install: Any, block: Any, choices: Mapping[str, Any]) -> None:
        """The widget has been installed and is about to be activated, in the same transaction.

        `choices` is what the person decided about this block; empty where nothing was asked. Raises InvalidInput.
        """

    def before_uninstall(self, *, actor: Actor, install: Any, block: Any) -> None:
        """The widget is going to be uninstalled; no transaction is open. Nothing that happens here stops that."""

    def uninstall(self, *, actor: Actor, install: Any, block: Any, keep_data: bool) -> None:
        """The widget is about to be deleted, in the same transaction; the person wants its data kept, or gone."""


class PackageBlocks:
    """Blocks by their manifest key, in the order of registration."""

    def __init__(self) -> None:
        self._blocks: dict[str, PackageBlock] = {}

    def register(self, name: str, block: PackageBlock) -> None:
        """Make `name` a known key. Raises ValueError when it is taken."""
        if name in self._blocks:
            raise ValueError(f"the manifest block '{name}' is registered twice")
        self._blocks[name] = block

    def __contains__(self, name: object) -> bool:
        return name in self._blocks

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __getitem__(self, name: str) -> PackageBlock:
        return self._blocks[name]

    def of(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """The registered blocks that the manifest has."""
        return {name: manifest[name] for name in self._blocks if name in manifest}

    def kept(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """The registered blocks of a valid manifest, as they are stored."""
        return {name: self._blocks[name].keep(block, manifest) for name, block in self.of(manifest).items()}

    def collected(self, blocks: Mapping[str, Any], manifest: Mapping[str, Any], *, development: bool) -> Collected:
        """What these stored blocks need from elsewhere, of all of them."""
        each = [
            self._blocks[name].collect(blocks[name], manifest, development=development)
            for name in self._blocks
            if name in blocks
        ]
        return Collected(
            files={path: data for one in each for path, data in one.files.items()},
            failures=tuple(failure for one in each for failure in one.failures),
            warnings=tuple(warning for one in each for warning in one.warnings),
        )

    def sentences(self, blocks: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[str]:
        """What installing these stored blocks permits or brings, each sentence once."""
        said = (
            text
            for name in self._blocks
            if name in blocks
            for text in self._blocks[name].preview(blocks[name], manifest)
        )
        return list(dict.fromkeys(said))

    def described(self, blocks: Mapping[str, Any], manifest: Mapping[str, Any]) -> dict[str, Any]:
        """What a preview shows of these stored blocks."""
        shown: dict[str, Any] = {}
        for name in self._blocks:
            if name in blocks:
                shown |= self._blocks[name].describe(blocks[name], manifest)
        return shown

    def install(
        self, *, actor: Actor, install: Any, blocks: Mapping[str, Any], choices: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Tell the rooms that the widget has been installed, and what the person decided about each block.

        Raises InvalidInput for decisions about a block that asks for none.
        """
        asking = self._installable(blocks)
        for name in choices:
            if name not in asking:
                known = ", ".join(asking) or "none"
                raise InvalidInput(f"this package asks nothing about '{name[:60]}'; allowed: {known}", path="choices")
        for name, block in asking.items():
            block.install(actor=actor, install=install, block=blocks[name], choices=choices.get(name, {}))

    def before_uninstall(self, *, actor: Actor, install: Any, blocks: Mapping[str, Any]) -> None:
        """Tell the rooms, outside of transactions, that the widget is going to be uninstalled."""
        for name, block in self._installable(blocks).items():
            block.before_uninstall(actor=actor, install=install, block=blocks[name])

    def uninstall(self, *, actor: Actor, install: Any, blocks: Mapping[str, Any], keep_data: bool) -> None:
        """Tell the rooms that the widget is about to be deleted."""
        for name, block in self._installable(blocks).items():
            block.uninstall(actor=actor, install=install, block=blocks[name], keep_data=keep_data)

    def activate(self, *, actor: Actor, install: Any, blocks: Mapping[str, Any]) -> None:
        """Tell every block's room, in the order of registration, that the widget is installed or enabled."""
        for name in self._blocks:
            if name in blocks:
                self._blocks[name].activate(actor=actor, install=install, block=blocks[name])

    def deactivate(self, *, actor: Actor, install: Any, blocks: Mapping[str, Any]) -> None:
        """Tell every block's room, last one first, that the widget is disabled or about to be uninstalled."""
        for name in reversed(self._blocks):
            if name in blocks:
                self._blocks[name].deactivate(actor=actor, install=install, block=blocks[name])

    def migrate(self, *, actor: Actor, install: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Tell the rooms of the blocks of either version that the widget has moved from one to the other."""
        for name in self._blocks:
            if name in before or name in after:
                self._blocks[name].migrate(actor=actor, install=install, before=before.get(name), after=after.get(name))

    def _installable(self, blocks: Mapping[str, Any]) -> dict[str, Installable]:
        """Those of the blocks whose rooms have more to do than to switch."""
        known = ((name, self._blocks[name]) for name in self._blocks if name in blocks)
        return {name: block for name, block in known if isinstance(block, Installable)}


package_blocks = PackageBlocks()
