"""MF4: artifacts."""
