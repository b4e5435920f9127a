"""What the checks look for, one file a language."""

from gale.creative.lexicon import english, french
from gale.creative.lexicon.base import Lexicon

LEXICONS = {"en": english.LEXICON, "fr": french.LEXICON}

__all__ = ["LEXICONS", "Lexicon"]
