"""Which hits an allow-list wins over: what it names is known to be harmless, however near it is to what is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from lightkeeper.lists.types import DIGESTS, Algorithm

_ADDRESSES: Final = frozenset({Algorithm.URL, Algorithm.URL_SHA256, Algorithm.URL_MD5})
_ANY_ADDRESS: Final = _ADDRESSES | {Algorithm.URL_PREFIX, Algorithm.DOMAIN}

YIELDS_TO: Final[Mapping[Algorithm, frozenset[Algorithm]]] = MappingProxyType(
    {
        **dict.fromkeys(DIGESTS, DIGESTS),
        **dict.fromkeys(_ADDRESSES, _ADDRESSES),
        Algorithm.URL_PREFIX: _ANY_ADDRESS,
        Algorithm.DOMAIN: _ANY_ADDRESS,
        Algorithm.PHRASE: frozenset({Algorithm.PHRASE}),
        Algorithm.PDQ: DIGESTS | {Algorithm.PDQ},
    }
)
"""A hit by an entry of this algorithm yields to an allowed entry of these that the same item matches.

Equality yields to equality alone: that a picture is near a harmless one says nothing against equal bytes.
"""


def won_over(hits: Mapping[int, Algorithm], allowed: Sequence[tuple[int, Algorithm]]) -> tuple[set[int], set[int]]:
    """Of the hits of one item, by number and algorithm, those that yield; and the lists that won them over.

    ``allowed`` has list and algorithm of each entry of an allow-list that the item matches.
    """
    if not allowed or not hits:
        return set(), set()
    numbers, lists = set(), set()
    for number, algorithm in hits.items():
        winners = _winners(algorithm, allowed)
        if winners:
            numbers.add(number)
            lists |= winners
    return numbers, lists


def _winners(algorithm: Algorithm, allowed: Collection[tuple[int, Algorithm]]) -> set[int]:
    return {list_id for list_id, other in allowed if other in YIELDS_TO[algorithm]}
