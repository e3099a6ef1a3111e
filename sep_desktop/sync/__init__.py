"""Sending: messages, the queues they wait in, and the methods that hand them over. Nothing edits a report."""
