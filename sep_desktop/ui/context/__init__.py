"""What every page is given: the session, its operations, autosave, timers."""
