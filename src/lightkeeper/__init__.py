"""Lightkeeper finds known child sexual abuse material by hash, safely: the light finds, the keeper decides."""

__version__ = "0.1.0"
