"""Addresses that callers of Meta's Hasher-Matcher-Actioner know, answered by Lightkeeper (``docs/hma.md``)."""
