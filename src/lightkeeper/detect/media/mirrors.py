"""The four mirror images of a picture, from one set of samples: plain, mirrored, flipped, and both.

Numbered as in ``matching.orientations``: 1 is left to right, 2 top to bottom, 3 both. A mirror image's coefficients are
the picture's with some signs changed, so its hash costs no new decoding. Two things keep it from being only the
complement of some bits (docs/adr/0006), together worth some four bits of distance:

- its median is not exactly the picture's;
- the reference's samples do not lie in the middle: its box windows of even size reach one pixel further to the right
  than to the left. The listed picture's samples therefore lie ``LATE`` of a side further on, which in a mirror image
  is further back.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.media.pdq import FREQUENCIES, SAMPLES, bits_of, cosine_matrix

MIRRORS = 4

LATE = 0.0015
"""How far on the reference samples, as a share of the side: 0.2 % at 512 pixels, to which one of its programs reduces
every picture, less in larger ones."""

MASKS = np.array([0b0001_0001, 0b0100_0010, 0b0010_0100, 0b1000_1000], np.uint8)
"""For each mirror, the orientations (``matching.orientations``) that its bits serve: itself, and the one that is its
transpose, for transposing moves bits and leaves the median. A transposition comes first there, so that the transpose
of mirroring is transposing and then flipping."""


@functools.cache
def cosines_by_sense(sampled: float = 0.0) -> NDArray[np.float32]:
    """Cosine matrices (2, 16, 64) for samples of a copy with the listed sense and of a mirrored one.

    ``sampled`` is how late the samples lie already, as a share of the side; they are taken to be ``LATE`` in the listed
    sense.
    """
    return np.stack([_moved(LATE - sampled), _moved(-LATE - sampled)]).astype(np.float32)


def _moved(share: float) -> NDArray[np.float64]:
    """The cosine matrix for samples that are to be read a share of the side further on."""
    shift = abs(share) * SAMPLES
    onward = np.eye(SAMPLES) * (1 - shift) + np.eye(SAMPLES, k=1) * shift
    onward[-1, -1] = 1
    return np.asarray(cosine_matrix() @ (onward if share >= 0 else onward[::-1, ::-1]), np.float64)


def mirror_spectra(samples: NDArray[np.float32], *, mirrors: bool, sampled: float = 0.0) -> NDArray[np.float32]:
    """Coefficients (n, 4 or 1, 16, 16) of samples (n, 64, 64), for each mirror or only plain, before its signs."""
    senses = cosines_by_sense(sampled)[: 2 if mirrors else 1]
    rows = senses.reshape(-1, SAMPLES) @ samples
    both = np.asarray(rows @ senses.reshape(-1, SAMPLES).T, np.float32)
    split = both.reshape(len(samples), len(senses), FREQUENCIES, len(senses), FREQUENCIES)
    return split.transpose(0, 1, 3, 2, 4).reshape(len(samples), -1, FREQUENCIES, FREQUENCIES)


def mirror_hashes(spectra: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Hashes (n * 4, 32) of spectra (n, 4, 16, 16), the bits of each mirror image's turned back to the plain sense."""
    signs, complements = _signs()
    return (bits_of(spectra * signs).reshape(-1, MIRRORS, 32) ^ complements).reshape(-1, 32)


def plain_hashes(spectra: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Hashes (n, 32) of spectra (n, 1, 16, 16); a mirror image's is then made of the plain one's bits."""
    return bits_of(spectra[:, 0])


@functools.cache
def _signs() -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Signs (4, 16, 16) that mirroring gives the coefficients, and the bits (4, 32) that it complements."""
    odd = np.where(np.arange(FREQUENCIES) % 2 == 0, -1, 1).astype(np.float32)
    signs = np.ones((MIRRORS, FREQUENCIES, FREQUENCIES), np.float32)
    signs[1::2] *= odd[np.newaxis, :]
    signs[2:] *= odd[:, np.newaxis]
    return signs, np.packbits((signs < 0).reshape(MIRRORS, -1)[:, ::-1], axis=1)
