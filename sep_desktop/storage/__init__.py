"""The only room with SQL: an encrypted SQLite store, its keys, its migrations and one repository a noun."""
