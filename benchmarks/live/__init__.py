"""Live fan-out: one change, many sockets, two web processes."""
