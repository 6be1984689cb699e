"""What an import of a file does, who imports it, and where an import may move."""
