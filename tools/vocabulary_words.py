"""Write ``review/vocabularies/translatable.py``: every text of the vocabularies, where ``makemessages`` finds it."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

from lightkeeper.review.vocabularies import address_versions, conversation_versions, versions, vocabulary

MODULE = Path(__file__).parent.parent / "src/lightkeeper/review/vocabularies/translatable.py"
HEAD = '''"""Every text of the vocabularies, for translators. Made by ``tools/vocabulary_words.py``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

TEXTS = (
'''


def main() -> None:
    """Write the module anew."""
    known = [vocabulary(one) for one in (*versions(), *conversation_versions(), *address_versions())]
    texts = sorted(set(itertools.chain.from_iterable(one.texts() for one in known)))
    lines = [f"    _({text!r}),\n" for text in texts]
    MODULE.write_text(HEAD + "".join(lines) + ")\n", "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(MODULE)], check=True)


if __name__ == "__main__":
    main()
