"""Breaking words into lines that read well: even lines, no orphan, nothing left hanging.

Dynamic programming over the breaks (Knuth and Plass, *Breaking paragraphs into lines*, 1981) with the costs of display
typography: lines of like length, a break after a sentence rather than inside it, no article or preposition at the end
of a line, no short word alone on the last. Only ordinary spaces break: no-break spaces hold what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from gale.creative.language import words_of

HANGING = words_of(
    """a à an and as at au aux avec by ce ces cet cette chez dans de des du en est et for from his il in is its je la le les
    leur leurs ma mes mon my ne nos notre nous of on or ou où our par pas pour que qui sa sans se ses si son sous sur ta tes
    the to ton très tu un une vos votre vous with y you your der die das ein eine im mit und von zu"""
)
ORPHAN = 0.34  # the last line is at least this share of the widest
BEGUN = 0.6  # what it costs to end a line after the first word of a sentence
INFINITE = 1e9


def even(
    words: Sequence[str], widths: Sequence[float], space: float, lines: int, cap: float, *, sense: float = 1.0
) -> tuple[float, list[int]]:
    """The best way to set the words in exactly `lines` lines, none wider than `cap`: its cost and where lines end.

    Widths in any one unit; `sense` is how much breaks that follow the sense count against even lines. The cost
    is at least `INFINITE` where it cannot be done.

    >>> even(["one", "two", "three"], [3, 3, 5], 1, 2, 9)[1]
    [2, 3]
    >>> even("We like it. We had to share.".split(), [3, 4, 3, 3, 3, 2, 6], 1, 2, 20)[1]
    [3, 7]
    """
    n = len(words)
    if lines > n:
        return INFINITE, []
    starts = [0.0]
    for w in widths:
        starts.append(starts[-1] + w + space)
    ideal = (starts[-1] - space * lines) / lines
    begun = [False, *(_stops(w) for w in words[:-1])]  # the word opens a sentence: a line should not end right after it
    ends = [(_end_cost(w) + BEGUN * opens) * sense for w, opens in zip(words, begun, strict=True)]
    best: list[list[tuple[float, int]]] = [[(INFINITE, 0)] * (n + 1) for _ in range(lines + 1)]
    best[0][0] = (0.0, 0)
    for line in range(1, lines + 1):
        row, above = best[line], best[line - 1]
        last = line == lines
        for end in range(n if last else line, n + 1 if last else n - (lines - line) + 1):
            for start in range(line - 1, end):
                cost = above[start][0]
                width = starts[end] - starts[start] - space
                if cost >= INFINITE or width > cap + 1e-9:
                    continue
                gap = (width - ideal) / ideal
                cost += gap * gap + (0.0 if last else ends[end - 1])
                if last and lines > 1 and width < ORPHAN * ideal:
                    cost += 4.0
                if last and lines > 1 and end - start == 1 and width < 0.6 * ideal:
                    cost += 1.0
                if cost < row[end][0]:
                    row[end] = (cost, start)
    cost, breaks, end = best[lines][n][0], [], n
    if cost >= INFINITE:
        return INFINITE, []
    for line in range(lines, 0, -1):
        breaks.append(end)
        end = best[line][end][1]
    return cost, breaks[::-1]


@lru_cache(maxsize=20_000)
def _end_cost(word: str) -> float:
    """What it costs to end a line after a word."""
    bare = word.strip("«»“”\u00a0").lower()
    if bare in HANGING:
        return 0.55
    if _stops(word) or bare.endswith(":"):
        return -0.10
    return -0.04 if bare.endswith((",", ";", "–")) else 0.0


def _stops(word: str) -> bool:
    return word.rstrip("«»“”\u00a0").endswith((".", "?", "!", "…"))


def paragraph(text: str, width: Callable[[str], float], cap: float) -> tuple[str, ...] | None:
    """Running text in as few lines as it takes, evened out; None where a word is wider than the column."""
    words = [w for w in text.split(" ") if w]
    widths = [width(w) for w in words]
    if max(widths, default=0) > cap:
        return None
    space = width(" ")
    lines, used = 1, 0.0
    for w in widths:
        if used and used + space + w > cap:
            lines, used = lines + 1, w
        else:
            used += (space if used else 0) + w
    for count in (lines, lines + 1):
        cost, ends = even(words, widths, space, count, cap, sense=0.35)
        if cost < INFINITE:
            return joined(words, ends)
    return None


def joined(words: Sequence[str], ends: Sequence[int]) -> tuple[str, ...]:
    """The lines as text."""
    return tuple(" ".join(words[a:b]) for a, b in zip([0, *ends], ends, strict=False))
