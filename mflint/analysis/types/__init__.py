"""What kind of value an expression gives, as far as one project shows."""
