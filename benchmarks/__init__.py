"""Measurements beside a peer, run by ``make bench``; figures are kept in ``docs/measurements.md``."""
