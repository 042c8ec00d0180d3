"""Stage: parsing. From the bytes of a package to its parts, by the first form that knows them.

A form is one way to write a package. Later forms register themselves in front of the JSON manifest, which takes
everything that no other form claims, so that a text that is nothing at all is told why it is not JSON.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import orjson

from widgets_manager.core.exceptions import Problem
from widgets_manager.core.strict_json import parse_json
from widgets_manager.packages.blocks import package_blocks
from widgets_manager.packages.validation import slug_of, validate_manifest

# Above a manifest's own limit, so that validation can say what is too much in it; blank space costs nothing either.
MAX_TEXT_BYTES: Final = 1_000_000
MAX_UPLOAD: Final = 100_000


@dataclass(frozen=True, slots=True)
class Source:
    """What came in: its bytes, and its file name or the last part of its address where there is one."""

    data: bytes
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """A valid package, ready to be stored. `files` are by path inside the package; `warnings` are for its installer."""

    form: str
    slug: str
    name: str
    version: str
    manifest: dict[str, Any]
    blocks: dict[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    def with_files(self, files: Mapping[str, bytes]) -> Package:
        """The package with these files beside its own."""
        return replace(self, files={**self.files, **files})

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) of form, manifest and files; the same content has it whatever the order of its keys."""
        files = {path: hashlib.sha256(data).hexdigest() for path, data in self.files.items()}
        content = {"form": self.form, "manifest": self.manifest, "files": files}
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of the manifest, written compactly, and of the files."""
        return len(orjson.dumps(self.manifest)) + sum(map(len, self.files.values()))


class PackageForm(Protocol):
    """One way to write a package."""

    @property
    def name(self) -> str:
        """The word kept with every stored version of this form."""

    @property
    def max_bytes(self) -> int:
        """How many bytes people may upload or paste of it."""

    def claims(self, source: Source) -> bool:
        """Whether the bytes look like this form; cheap, and true only where `parse` gives the better message."""

    def parse(self, source: Source, *, development: bool) -> Package:
        """The package. Raises ApiError (INVALID_JSON, INVALID_MANIFEST, TOO_LARGE, …) with everything wrong with it."""


class JsonManifest:
    """The bare manifest, as JSON text."""

    name = "json"
    max_bytes = MAX_UPLOAD

    def claims(self, source: Source) -> bool:
        """Everything: this is the form of last resort."""
        return True

    def parse(self, source: Source, *, development: bool) -> Package:
        """The package of a manifest alone. Raises InvalidJson, TooLarge or InvalidManifest."""
        document = parse_json(source.data, max_bytes=MAX_TEXT_BYTES)
        result = validate_manifest(document, development=development)
        result.raise_for_errors()
        return package_of(self.name, result.manifest, warnings=tuple(result.warnings))


def package_of(
    form: str,
    manifest: dict[str, Any],
    *,
    files: Mapping[str, bytes] | None = None,
    warnings: tuple[Problem, ...] = (),
) -> Package:
    """The package around a valid manifest; its version is `widgetVersion`, else that of the schema."""
    return Package(
        form=form,
        slug=slug_of(manifest["panelId"]),
        name=manifest["title"] or manifest["panelId"],
        version=manifest.get("widgetVersion", manifest["version"]),
        manifest=manifest,
        blocks=package_blocks.kept(manifest),
        files=files or {},
        warnings=warnings,
    )


class PackageForms:
    """The known forms; those registered later are asked first."""

    def __init__(self, last_resort: PackageForm) -> None:
        self._forms = [last_resort]

    def register(self, form: PackageForm) -> None:
        """Add a form. Raises ValueError when its name is taken."""
        if any(form.name == known.name for known in self._forms):
            raise ValueError(f"the package form '{form.name}' is registered twice")
        self._forms.insert(0, form)

    def parse(self, source: Source, *, development: bool = False) -> Package:
        """The package that `source` is. Raises ApiError with everything that is wrong with it."""
        return self.form_of(source).parse(source, development=development)

    def form_of(self, source: Source) -> PackageForm:
        """The form that takes the source."""
        return next(form for form in self._forms if form.claims(source))


package_forms = PackageForms(JsonManifest())
parse_package = package_forms.parse
