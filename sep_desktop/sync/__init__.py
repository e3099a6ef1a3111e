"""Out of the house: messages, ways to hand them over, and the dispatcher. Nothing here edits a report."""
