"""The one page of performance management."""
