"""What waits, what was sent, and what needs a decision."""
