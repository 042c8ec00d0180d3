"""Stage: validation. The headers of the documents of widgets and around them (docs/security.md says what they stop).

Each value comes from the settings or from the stored manifest, none from a request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.conf import settings

from widgets_manager.core.origins import script_origin

FRAME_PATH: Final = "/api/widgets/frame/"
# What installing lets through; a manifest that came in by any other way adds no directive.
_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
# Everything that Chromium can be denied.
_FEATURES: Final = (
    "accelerometer aria-notify autoplay browsing-topics camera captured-surface-control ch-device-memory ch-downlink "
    "ch-dpr ch-ect ch-prefers-color-scheme ch-prefers-reduced-motion ch-prefers-reduced-transparency ch-rtt "
    "ch-save-data ch-ua ch-ua-arch ch-ua-bitness ch-ua-form-factors ch-ua-full-version ch-ua-full-version-list "
    "ch-ua-high-entropy-values ch-ua-mobile ch-ua-model ch-ua-platform ch-ua-platform-version ch-ua-wow64 "
    "ch-viewport-height ch-viewport-width ch-width clipboard-read clipboard-write compute-pressure "
    "cross-origin-isolated deferred-fetch deferred-fetch-minimal digital-credentials-create digital-credentials-get "
    "display-capture encrypted-media fullscreen gamepad geolocation gyroscope hid identity-credentials-get "
    "idle-detection interest-cohort keyboard-map language-detector language-model local-fonts local-network "
    "local-network-access loopback-network magnetometer media-playback-while-not-visible microphone midi "
    "on-device-speech-recognition otp-credentials payment picture-in-picture private-state-token-issuance "
    "private-state-token-redemption publickey-credentials-create publickey-credentials-get screen-wake-lock serial "
    "speaker-selection storage-access summarizer sync-xhr translator unload usb window-management xr-spatial-tracking"
)
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES.split()),
    "Cache-Control": "no-store",
}


def wrapper_headers(nonce: str) -> dict[str, str]:
    """Of the document between the page and the widget: it runs one script of ours and frames the widget alone."""
    directives = [
        "default-src 'none'",
        f"script-src 'nonce-{nonce}'",
        f"style-src 'nonce-{nonce}'",
        f"frame-src {script_origin()}{FRAME_PATH}",
        "connect-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        f"frame-ancestors {settings.PUBLIC_ORIGIN}",
    ]
    if not settings.SANDBOX_ORIGIN:
        directives.append("sandbox allow-scripts")
    return _ALWAYS | {"Content-Security-Policy": "; ".join(directives)}


def widget_headers(sandbox: Mapping[str, Any]) -> dict[str, str]:
    """Of the document that runs the script of a manifest's `sandbox` block."""
    allowed = _allowed(sandbox)
    return _document_headers(connect=allowed, reached=allowed)


def page_headers(*, brings: bool) -> dict[str, str]:
    """Of the document that is a plugin's page, which reaches nobody. `brings`: scripts and style sheets came with it.

    Those stand in it as `data:` addresses, which let in no more than what is written in the document.
    """
    return _document_headers(here=" data:" if brings else "")


def _document_headers(*, here: str = "", connect: Iterable[str] = (), reached: Iterable[str] = ()) -> dict[str, str]:
    """Of a widget's own document. `reached` are the origins that it may exchange anything with."""
    directives = [
        "default-src 'none'",
        f"script-src 'unsafe-inline'{here}",
        f"style-src 'unsafe-inline'{here}",
        "img-src data: blob:",
        "font-src data:",
        "media-src data: blob:",
        "connect-src " + (" ".join(connect) or "'none'"),
        "worker-src 'none'",
        "child-src 'none'",
        "frame-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "manifest-src 'none'",
    ]
    # With one host the wrapper's origin is opaque and fits no source: the ticket and Sec-Fetch-Dest stand in.
    if settings.SANDBOX_ORIGIN:
        directives.append(f"frame-ancestors {settings.SANDBOX_ORIGIN} {settings.PUBLIC_ORIGIN}")
    directives.append("sandbox allow-scripts")
    return _ALWAYS | {
        "Content-Security-Policy": "; ".join(directives),
        "Connection-Allowlist": _patterns(reached),
    }


def _allowed(sandbox: Mapping[str, Any]) -> list[str]:
    """Whom the script may reach. Without the permission nobody: people were told of no server at the install."""
    named = sandbox.get("networkAllowlist", ()) if "network:fetch" in sandbox["permissions"] else ()
    return [origin for origin in named if _ORIGIN.fullmatch(origin)]


def _patterns(origins: Iterable[str]) -> str:
    """A structured field: a list of quoted URL patterns, every path of each origin."""
    return "({})".format(" ".join(f'"{origin}/*"' for origin in origins))
