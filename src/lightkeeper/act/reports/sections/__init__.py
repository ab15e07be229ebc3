"""The parts of the form of a draft: each asks for one thing, and changes that of the draft alone."""
