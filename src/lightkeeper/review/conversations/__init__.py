"""Conversations before a person: a case a pair, words asked for and purged, marks, and verdicts on signals."""
