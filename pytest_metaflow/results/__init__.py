"""What came of a run: what its processes told, and what is made of that."""
