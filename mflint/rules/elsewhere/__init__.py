"""MF7: running elsewhere, and known traps."""
