"""What all tests share: how hard the property tests try."""

from __future__ import annotations

import base64
import os
import tempfile

from lightkeeper.configuration import CONFIG_VARIABLE, NOT_SETTINGS

# The products are small: threads for them would only wait for one another. Set before numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A configuration of the tests' own: nothing of the developer's, a folder that goes away, PostgreSQL where asked for.
for variable in [name for name in os.environ if name.startswith("LIGHTKEEPER_") and name not in NOT_SETTINGS]:
    del os.environ[variable]
os.environ[CONFIG_VARIABLE] = os.devnull
_FOLDER = tempfile.TemporaryDirectory(prefix="lightkeeper-tests-")
os.environ["LIGHTKEEPER_DATA_DIR"] = _FOLDER.name
os.environ["LIGHTKEEPER_SECRET_KEY"] = "for-tests-only-" + "x" * 40
os.environ["LIGHTKEEPER_MASTER_KEY"] = "test:" + base64.b64encode(bytes(range(32))).decode("ascii")
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["LIGHTKEEPER_DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

from hypothesis import HealthCheck, settings  # noqa: E402  # what is above must come before any import of Django

# No deadlines: a loaded machine is not a bug. CI repeats the same examples each time; `make soak` looks for new ones.
settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True, database=None)
settings.register_profile("soak", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))
