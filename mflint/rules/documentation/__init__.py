"""MF3: documentation and size."""
