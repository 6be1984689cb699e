"""MF6: the data flow between steps."""
