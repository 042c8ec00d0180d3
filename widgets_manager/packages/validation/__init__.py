"""Stage: validation. A manifest is checked as a whole: every fault with its path, every oddity as a warning."""

from widgets_manager.packages.validation.manifest import (
    MAX_MANIFEST_BYTES,
    MAX_PROBLEMS,
    MAX_SLUG,
    ValidationResult,
    slug_of,
    validate_manifest,
)
from widgets_manager.packages.validation.texts import strip_unseen

__all__ = [
    "MAX_MANIFEST_BYTES",
    "MAX_PROBLEMS",
    "MAX_SLUG",
    "ValidationResult",
    "slug_of",
    "strip_unseen",
    "validate_manifest",
]
