"""Conversations in real browsers."""
