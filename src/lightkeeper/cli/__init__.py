"""The command line: one verb a file; no decision is made here."""
