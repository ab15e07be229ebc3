"""A configuration of the tests' own: nothing of the developer's, a folder that goes away, PostgreSQL where asked for.

A plugin of pytest (``-p`` in ``pyproject.toml``), because Django's settings are read before any ``conftest.py`` is.
"""

from __future__ import annotations

import base64
import os
import tempfile

from lightkeeper.configuration import CONFIG_VARIABLE, NOT_SETTINGS

# The products are small: threads for them would only wait for one another. Set before numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

for variable in [name for name in os.environ if name.startswith("LIGHTKEEPER_") and name not in NOT_SETTINGS]:
    del os.environ[variable]
os.environ[CONFIG_VARIABLE] = os.devnull
_FOLDER = tempfile.TemporaryDirectory(prefix="lightkeeper-tests-")
os.environ["LIGHTKEEPER_DATA_DIR"] = _FOLDER.name
os.environ["LIGHTKEEPER_SECRET_KEY"] = "for-tests-only-" + "x" * 40
os.environ["LIGHTKEEPER_MASTER_KEY"] = "test:" + base64.b64encode(bytes(range(32))).decode("ascii")
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["LIGHTKEEPER_DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
