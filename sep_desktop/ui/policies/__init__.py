"""What the authority decides: in force, later, newer, taken in and taken back."""
