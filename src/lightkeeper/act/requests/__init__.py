"""Requests from authorities: what was asked, by whom, what was done about it, and what was handed over."""
