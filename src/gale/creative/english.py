"""English agreement: a or an, possessives, number."""

from __future__ import annotations

import re

_AN_H = ("hour", "honest", "honour", "honor", "heir")
_A_VOWEL = ("uni", "use", "usu", "euro", "one", "once", "ubi", "uti", "eu")
# A descriptor takes an article only where it names somebody or some place that can be counted.
_COUNTED = (
    "app", "agency", "academy", "bank", "bookshop", "centre", "center", "clinic", "inn", "institute", "museum", "practice",
    "er", "or", "ery", "shop", "house", "maker", "studio", "workshop", "mill", "farm", "store", "company", "brand", "lab",
    "garden", "kitchen", "press", "club", "hotel", "restaurant", "café", "cafe", "atelier", "artist", "florist", "nursery",
    "boutique", "laboratory", "cooperative", "salon", "gallery", "school", "bar", "market", "family", "smith", "dairy",
)  # fmt: skip

_PREPOSITION = re.compile(r" (?:of|for|with|in|to|on|at|from|by) ")
_PLURAL = ("people", "children", "men", "women", "teeth", "feet", "mice", "geese", "clothes")
_SINGULAR = (
    "gas", "canvas", "atlas", "series", "species", "molasses", "gymnastics", "athletics", "mathematics", "maths",
    "physics", "pilates",
)  # fmt: skip


def article(text: str) -> str:
    """The text with a or an, by its first sound.

    >>> [article(t) for t in ("coffee roaster", "olive oil mill", "hour", "unique shop", "heritage mill", "honest baker")]
    ['a coffee roaster', 'an olive oil mill', 'an hour', 'a unique shop', 'a heritage mill', 'an honest baker']
    """
    word = text.lower()
    if word.startswith(_AN_H):
        return f"an {text}"
    if word.startswith(_A_VOWEL):
        return f"a {text}"
    return f"{'an' if word[:1] in 'aeiouéèâ' and word[:1] else 'a'} {text}"


def counted(text: str) -> bool:
    """Whether a descriptor can take a or an.

    >>> counted("coffee roaster"), counted("skin care")
    (True, False)
    """
    return text.lower().endswith(_COUNTED)


def possessive(name: str) -> str:
    """The possessive of a name.

    >>> possessive("Aube"), possessive("Les Halles")
    ('Aube’s', 'Les Halles’')
    """
    return f"{name}’" if name.lower().endswith("s") else f"{name}’s"


def bare_noun(text: str) -> str:
    """The noun without an article that somebody wrote all the same.

    >>> bare_noun("the city bike"), bare_noun("coffee")
    ('city bike', 'coffee')
    """
    first, _, rest = text.strip().partition(" ")
    return rest if first.lower() in ("a", "an", "the", "some") and rest else text.strip()


def is_plural(noun: str) -> bool:
    """Whether a noun is plural, by the last word before a preposition (glass, lens, bus are not; people are).

    >>> is_plural("glasses"), is_plural("sun lens"), is_plural("sourdough loaf"), is_plural("bike lights")
    (True, False, False, True)
    >>> is_plural("software for dentists"), is_plural("boots for the rain"), is_plural("canvas"), is_plural("false teeth")
    (False, True, False, True)
    """
    last = _PREPOSITION.split(noun.lower())[0].split(" ")[-1]
    if last in _PLURAL or last in _SINGULAR:
        return last in _PLURAL
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "lens", "news"))


def plural_name(name: str, noun: str) -> bool:
    """Whether a product's name takes a plural verb: it ends on the plural noun, or is a plural noun with its article.

    >>> plural_name("Hallam knives", "kitchen knives"), plural_name("Lame", "kitchen knives")
    (True, False)
    >>> plural_name("the everyday trousers", "trousers"), plural_name("Les Halles", "coffee")
    (True, False)
    """
    bare = bare_noun(name)
    same = bare.lower().split(" ")[-1] == bare_noun(noun).lower().split(" ")[-1]
    return is_plural(bare) and (same or bare != name.strip())
