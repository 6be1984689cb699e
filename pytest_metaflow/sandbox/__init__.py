"""The world that a run sees, and what is kept of it."""
