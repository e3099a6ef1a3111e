"""The sealed store: performance management, in a file and under a key of its own.

A protected room of the house.
"""
