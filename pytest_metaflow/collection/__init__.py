"""Flows as pytest's items: found statically, so that nothing of the user's is imported."""
