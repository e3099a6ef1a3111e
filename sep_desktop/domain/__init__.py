"""What an adviser's year is made of: plain values and pure functions, no Qt, no SQL, no clock."""
