"""What all tests share: how hard the property tests try. Their environment is ``lightkeeper.tests.environment``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadlines: a loaded machine is not a bug. CI repeats the same examples each time; `make soak` looks for new ones.
settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True, database=None)
settings.register_profile("soak", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))
