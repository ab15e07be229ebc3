"""The four moments at which a child is told what they may do: by rules and texts, never by a score."""
