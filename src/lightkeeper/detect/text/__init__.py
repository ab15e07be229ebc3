"""Text: which words it is of, which addresses stand in it, and lists of phrases."""
