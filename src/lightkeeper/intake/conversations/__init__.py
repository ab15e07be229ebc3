"""Conversation events: taken in, keyed, worked off by the engine of ``detect.conversations``, and forgotten as text."""
