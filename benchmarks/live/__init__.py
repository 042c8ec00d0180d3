"""Live fan-out: one change, many sockets, two web processes."""

BARE_GROUP = "bench.bare"  # what the application is compared with
