"""One keyword-only function for each thing a user does. It owns the transaction and returns what changed."""
