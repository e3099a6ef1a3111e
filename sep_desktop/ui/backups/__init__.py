"""Backups: those that there are, a second place for them, and what is missing."""
