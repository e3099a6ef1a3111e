"""The ways into a store: passphrase, recovery code, first run."""
