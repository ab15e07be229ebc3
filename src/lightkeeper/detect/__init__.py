"""Detection: a pure library, importable without a database, a network or Django."""
