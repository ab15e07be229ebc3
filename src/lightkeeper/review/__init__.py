"""What a person has to decide: cases and their findings."""
