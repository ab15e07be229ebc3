"""Exact search for hashes within a Hamming radius, and the lists that are searched."""
