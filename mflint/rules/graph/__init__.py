"""MF5: the step graph."""
