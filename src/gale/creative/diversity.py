"""How alike texts are: overlap of word triples, cosine of words and pairs, and an order with the most unlike first.

Features are hashed into a fixed number of columns. Two different triples may share a column, which can only make two
texts look more alike than they are; pairs that come near the limit are therefore compared again, exactly.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gale.creative.language import words_of

_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[a-z]+")
_FUNCTION = {
    "fr": words_of("""vous votre nous notre tout tous toute toutes elle elles avec dans pour sans plus mais sont cette cela etre avez
        avons faut meme leur leurs comme quand donc dont quoi entre aussi bien tres encore suis etes c'est autre chez
        ceux celle celui puis peut"""),
    "en": words_of("""your yours this that with from have will what when they them then than there here just some more most only
        into onto been being were does done very much such about"""),
}
COLUMNS = 1024
LIMIT = 0.75
"""Largest Jaccard index of word triples between two variants that both stay (a margin below 0.8, however it is cut)."""
SCREEN = 0.75  # pairs from this share of the limit on are compared exactly


def words(text: str) -> list[str]:
    """Words in lower case, as they are compared."""
    return _WORD.findall(text.lower())


def stems_of(text: str, language: str) -> frozenset[str]:
    """The telling words of a text, cut to five letters without accents, so that one variant does not say them twice.

    >>> sorted(stems_of("Rien ne presse, les matins non plus", "fr"))
    ['matin', 'press', 'rien']
    """
    plain = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return frozenset(w[:5] for w in _LETTERS.findall(plain) if len(w) > 3 and w not in _FUNCTION.get(language, ()))


def triples(text: str) -> frozenset[tuple[str, ...]]:
    """The word triples of a text; a shorter text is one tuple of its own."""
    w = words(text)
    return frozenset(zip(w, w[1:], w[2:], strict=False)) if len(w) > 2 else frozenset([tuple(w)])


def jaccard(one: str, other: str) -> float:
    """Shared word triples over all word triples, 0 to 1.

    >>> jaccard("rien ne presse ce matin", "rien ne presse ce soir")
    0.5
    """
    return _shared(triples(one), triples(other))


def _shared(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> float:
    both = len(a & b)
    return both / (len(a) + len(b) - both)


class Features:
    """Hashed word n-grams of many texts that are made of a few parts.

    `parts` holds, a row a text, the parts it is made of. N-grams are counted inside parts and added up, which leaves out
    those that cross from one part to the next; a pair is compared exactly before it is called a repeat.
    """

    def __init__(self, parts: Sequence[Sequence[str]]) -> None:
        self.texts = [" ".join(row) for row in parts]
        known = {part: i for i, part in enumerate(dict.fromkeys(part for row in parts for part in row))}
        self._words = [words(part) for part in known]
        width = max((len(row) for row in parts), default=0)
        # The row after the last part is empty: it pads texts of fewer parts.
        self._rows = np.full((len(parts), width), len(known), dtype=np.int64)
        for number, row in enumerate(parts):
            self._rows[number, : len(row)] = [known[part] for part in row]

    def counts(self, sizes: tuple[int, ...]) -> NDArray[np.float32]:
        """Counts of n-grams of the sizes named, hashed: shape (texts, COLUMNS)."""
        table = np.zeros((len(self._words) + 1, COLUMNS), dtype=np.float32)
        for row, part in enumerate(self._words):
            for size in sizes:
                for start in range(len(part) - size + 1):
                    gram = " ".join(part[start : start + size])
                    table[row, zlib.crc32(gram.encode()) % COLUMNS] += 1
        counts = np.zeros((len(self.texts), COLUMNS), dtype=np.float32)
        for column in range(self._rows.shape[1]):
            counts += table[self._rows[:, column]]
        return counts


def near_duplicates(parts: Sequence[Sequence[str]], limit: float = LIMIT) -> list[tuple[int, int, float]]:
    """(row, the earlier row it repeats, their Jaccard index) for every text that repeats a text that stays.

    >>> near_duplicates([["a b c d e f", "g h i j k l"], ["x y z u v w"], ["a b c d e f", "g h i j k l m"]])
    [(2, 0, 0.9090909090909091)]
    """
    if len(parts) < 2:
        return []
    features = Features(parts)
    # A long product name said three times is one set of triples, not nine shared ones: every pair would look near.
    counts = np.minimum(features.counts((3,)), 1)
    sizes = counts.sum(axis=1)
    shared = counts @ counts.T
    union = sizes[:, None] + sizes[None, :] - shared
    close = np.argwhere(np.tril(shared > SCREEN * limit * np.maximum(union, 1e-9), k=-1))
    gone: dict[int, tuple[int, int, float]] = {}
    known: dict[int, frozenset[tuple[str, ...]]] = {}
    for row, earlier in close.tolist():
        if row in gone or earlier in gone:
            continue
        for one in (row, earlier):
            if one not in known:
                known[one] = triples(features.texts[one])
        overlap = _shared(known[row], known[earlier])
        if overlap > limit:
            gone[row] = (row, earlier, overlap)
    return list(gone.values())


def most_unlike_first(parts: Sequence[Sequence[str]]) -> list[int]:
    """An order of the rows in which each next one is the least like those before it (farthest-first traversal).

    Gonzalez, Clustering to minimize the maximum intercluster distance, 1985; likeness is the cosine of words and pairs
    of words, weighted by rarity.
    """
    if not parts:
        return []
    counts = Features(parts).counts((1, 2))
    weights = np.log((1 + len(parts)) / (1 + (counts > 0).sum(axis=0))) + 1
    vectors = counts * weights.astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    likeness = vectors @ vectors.T
    order = [int(np.argmin(likeness.sum(axis=1)))]
    nearest = likeness[order[0]].copy()
    nearest[order[0]] = np.inf
    for _ in range(len(parts) - 1):
        row = int(np.argmin(nearest))
        order.append(row)
        np.maximum(nearest, likeness[row], out=nearest)
        nearest[row] = np.inf
    return order
