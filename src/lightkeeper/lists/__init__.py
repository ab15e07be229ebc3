"""What is known: lists and their encrypted entries, and the index that all processes keep fresh."""
