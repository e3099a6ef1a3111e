"""The first page: what waits, what comes, what is to be written, what is due."""
