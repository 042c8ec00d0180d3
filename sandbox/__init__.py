"""Namespace: third-party code in frames and isolates; its first room arrives with sandboxed widgets."""
