"""Namespace: conversations and the turns that answer in them."""
