"""Measurements beside a peer, run by ``make bench``; figures are kept in ``docs/measurements.md``."""

import os

# One core against one core; the decoding processes do the same for themselves. Set before numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
