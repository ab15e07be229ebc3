"""Work: rows with a state, a due time, attempts and a lease; and what claims, runs and finishes them."""
