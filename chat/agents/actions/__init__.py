"""Stage: actions. Every write of this room, one function each, split by noun."""
