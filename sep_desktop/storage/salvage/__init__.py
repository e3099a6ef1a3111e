"""Reading what can be read of a damaged store into a new one, row by row. The damaged files stay."""
