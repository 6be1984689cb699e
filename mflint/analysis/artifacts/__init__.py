"""What becomes of artifacts within a step and in the steps behind it."""
