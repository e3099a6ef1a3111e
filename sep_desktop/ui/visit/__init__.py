"""One visit: preparing, agenda, meeting, report, sending."""
