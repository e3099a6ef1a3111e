"""The headteacher's performance management (7.4): plain values and rules. A protected room of the house."""
