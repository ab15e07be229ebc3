"""``python -m benchmarks [NAME ...]``: run the measurements, all or those named."""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "hashing", "index", "scan", "recall", "false_matches", "clusters", "addresses", "conversations", "phrases",
    "exemplars",
)  # fmt: skip


def main() -> None:
    """Run each in turn; usage error for an unknown name."""
    names = sys.argv[1:] or NAMES
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}.")
    sys.argv[1:] = []
    for name in names:
        print(f"\n## {name}\n", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
