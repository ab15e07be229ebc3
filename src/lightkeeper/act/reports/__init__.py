"""Reports to authorities: one adapter each behind one protocol."""
