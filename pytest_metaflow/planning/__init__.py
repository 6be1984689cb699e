"""How a flow is run: what it is given, or why it is not."""
