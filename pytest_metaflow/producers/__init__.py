"""Flows that read other flows' runs: what is read is run once per session."""
