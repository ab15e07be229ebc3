"""Servers on loopback that behave like the real sources, bad days included."""
