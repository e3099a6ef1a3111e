"""The one page of performance management. A protected room of the house."""
