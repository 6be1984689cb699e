"""Which value an artifact, an item or an input has, and what comes of that in joins and foreaches."""
