"""Paper: domain values in, accessible PDF bytes out. No files written, no clock."""
