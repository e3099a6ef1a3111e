"""What a user does with the sealed store: records, papers, letters, retention, transfer and keys."""
