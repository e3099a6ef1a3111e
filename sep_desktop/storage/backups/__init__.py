"""Backups: a folder each, with the store's file, its keys and a manifest of what is in it."""
