"""Decorators that refuse one another, and the packages that they declare."""
