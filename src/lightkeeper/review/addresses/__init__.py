"""Addresses of web pages before a person: what is answered of them, where they are hosted, what was found by us."""
