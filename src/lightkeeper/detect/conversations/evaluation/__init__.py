"""Measures the conversation engine on labelled conversations that the user brings; no text leaves it."""
