"""Namespace: third-party code in frames and isolates."""
