"""Bringing a store back from a backup: found, made ready beside what is there, and put in its place."""
