"""Small questions that stand over a page."""
