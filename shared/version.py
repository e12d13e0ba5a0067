"""Which Sound Box this is."""

VERSION = "0.1.0"
"""As `pyproject.toml` has it, which is not everywhere that this is."""
