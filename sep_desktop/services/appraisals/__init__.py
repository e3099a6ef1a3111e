"""What a user does with the sealed store: records, papers and letters, keeping. A protected room of the house."""
