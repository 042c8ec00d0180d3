"""Stage: models. Secrets that are shown once and stored only as SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """A fresh secret: its text (never stored), the prefix that lists show, and the stored hash."""

    text: str
    prefix: str
    hash: str


def issue_secret(kind: str) -> IssuedSecret:
    """256 random bits as `<kind>_<base64url>`; the prefix is its first 12 characters."""
    text = f"{kind}_{secrets.token_urlsafe(32)}"
    return IssuedSecret(text=text, prefix=text[:12], hash=hash_secret(text))


def hash_secret(text: str) -> str:
    """SHA-256 in hex; the secrets are random, so a slow hash would add nothing."""
    return hashlib.sha256(text.encode()).hexdigest()
