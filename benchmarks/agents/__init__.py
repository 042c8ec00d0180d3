"""What agents cost: a message there and back, and a connection that waits."""
