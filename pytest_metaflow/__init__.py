"""Runs every Metaflow flow of a project in test mode under pytest: `pytest --metaflow-flows`."""
