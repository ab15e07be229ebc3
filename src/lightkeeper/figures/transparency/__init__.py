"""What a platform owes the public and the regulator: what was found, how often rightly, how soon, and by whom."""
