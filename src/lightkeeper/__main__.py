"""``python -m lightkeeper`` is the same as the command ``lightkeeper``."""

from __future__ import annotations

import sys

from lightkeeper.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
