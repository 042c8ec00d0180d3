"""Namespace: tenancy, live events, packages, widgets and panels (see docs/architecture.md)."""
