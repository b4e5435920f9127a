"""How a picture is laid out: formats, pairings of colour, lines that read well, eight layouts (floor 2).

Pure: copy, palette and the widths of letters in; shapes, lines and places out. `adapters.media` draws them.
"""

from gale.creative.design.copy import Copy, copy_of
from gale.creative.design.elements import Block, Face, Photo, Picture, Type, Words
from gale.creative.design.formats import FORMATS, Format
from gale.creative.design.layout import LAYOUTS, Look, compose, looks
from gale.creative.design.letters import drawable, together

__all__ = [
    "FORMATS",
    "LAYOUTS",
    "Block",
    "Copy",
    "Face",
    "Format",
    "Look",
    "Photo",
    "Picture",
    "Type",
    "Words",
    "compose",
    "copy_of",
    "drawable",
    "looks",
    "together",
]
