"""MF0: mflint itself."""
