"""What the doctor finds, each by a store that was really damaged."""
