"""The step graph, and what the code of a step and the methods it calls does."""
