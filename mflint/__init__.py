"""mflint: a linter for Metaflow flows that never imports the code it reads."""

__version__ = "0.1.0"
