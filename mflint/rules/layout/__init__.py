"""MF1: file and layout."""
