"""Files in: domain values and problems out. Nothing is stored from here."""
