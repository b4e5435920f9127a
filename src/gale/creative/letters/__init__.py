"""Letters for sending tools: which tool writes a merge tag how, what a letter is made of, and how it looks.

tool = TOOLS["klaviyo"]
letter = Letter.of(parts, framework, variants, choices)           what varies, what everybody reads, in one language
markup(brand, letter, Tagged(tool, letter, columns, counts), …)   the template: what varies is the tool's tag
markup(brand, letter, Said(values, …), …)                         one person's letter, the same page with her words
"""

from gale.creative.letters.filling import Filling, Said, Tagged
from gale.creative.letters.landing import Landing
from gale.creative.letters.layout import markup, plain
from gale.creative.letters.page import FOOT, LINK_MARK, Page, filled, letter_of, marks_of, shown
from gale.creative.letters.parts import Letter, Part, parts_of, piece_names, pieces
from gale.creative.letters.tools import TOOLS, Tool, columns_of, defused

__all__ = [
    "FOOT",
    "LINK_MARK",
    "TOOLS",
    "Filling",
    "Landing",
    "Letter",
    "Page",
    "Part",
    "Said",
    "Tagged",
    "Tool",
    "columns_of",
    "defused",
    "filled",
    "letter_of",
    "marks_of",
    "markup",
    "parts_of",
    "piece_names",
    "pieces",
    "plain",
    "shown",
]
