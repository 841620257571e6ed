"""Localized documentation for error codes: every code has a cause and a fix in every locale."""

__version__ = "0.1.0"
