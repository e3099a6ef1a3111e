"""Policies of an authority, read from TOML 1.0 and checked row by row."""
