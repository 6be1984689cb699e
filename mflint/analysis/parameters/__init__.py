"""What the parameters of a flow default to, decide and are read by."""
