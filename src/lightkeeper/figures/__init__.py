"""What is counted and published: every number with its unit, its period, its definition in words and its query."""
