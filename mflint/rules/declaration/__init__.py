"""MF2: flow declaration."""
