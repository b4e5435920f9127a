"""What a delivered file says of itself and how it is known again: metadata, hashes, encodings.

IPTC *Digital Source Type* (newscodes `digitalsourcetype`) tells how the picture came about; the alternative text is
IPTC Core `AltTextAccessibility`. Three hashes: of the file, of its pixels (survives the loss of metadata), and of its
look (a difference hash of 256 bits that survives another encoding or size).
"""

from __future__ import annotations

import hashlib
import io
from xml.sax.saxutils import escape

from PIL import Image, UnidentifiedImageError

from gale.adapters.media.raster import QUALITY
from gale.records.creative import Provenance
from gale.records.faults import Faults

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TERMS: dict[str, str] = {"human": "digitalCreation"}
TRAINED = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
ALIKE = 12  # of 256 bits: the most that two encodings of one picture differ by; two of our pictures differ by far more
SIDE = 16


def source_of(text: Provenance, *, photo: bool = False) -> str:
    """How a picture came about: drawn by rule; with a photograph a composite; partly by a model where its words were.

    >>> source_of("human"), source_of("trainedAlgorithmicMedia"), source_of("algorithmicMedia", photo=True)
    ('algorithmicMedia', 'compositeWithTrainedAlgorithmicMedia', 'composite')
    """
    if text in TRAINED:
        return "compositeWithTrainedAlgorithmicMedia"
    return "composite" if photo else "algorithmicMedia"


def address_of(source: str) -> str:
    """The IPTC address of a source type; `human` is IPTC's digital creation."""
    return SOURCE + TERMS.get(source, source)


def xmp(*, creator: str, title: str, alt: str, locale: str, source: str) -> bytes:
    """The XMP packet of a file."""
    said = escape(alt)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<dc:creator><rdf:Seq><rdf:li>{escape(creator)}</rdf:li></rdf:Seq></dc:creator>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f'<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">{said}</rdf:li>'
        f'<rdf:li xml:lang="{locale}">{said}</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>'
        f"<Iptc4xmpExt:DigitalSourceType>{address_of(source)}</Iptc4xmpExt:DigitalSourceType>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def jpeg(image: Image.Image, packet: bytes = b"") -> bytes:
    """JPEG with full colour resolution, for letters have coloured edges."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=0, **({"xmp": packet} if packet else {}))
    return out.getvalue()


def webp(image: Image.Image, packet: bytes = b"") -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=3, **({"xmp": packet} if packet else {}))
    return out.getvalue()


def opened(data: bytes, where: str = "") -> Image.Image:
    """The pixels of a file. Raises `Faults` `photo.unknown`, `photo.unreadable`."""
    try:
        return Image.open(io.BytesIO(data)).convert("RGB")
    except UnidentifiedImageError as problem:
        raise Faults.one("photo.unknown", where=where, allowed="JPEG, WebP, PNG") from problem
    except (OSError, SyntaxError, ValueError) as problem:
        raise Faults.one("photo.unreadable", where=where, problem=str(problem).split("\n")[0][:120]) from problem


def file_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pixel_hash(image: Image.Image) -> str:
    """SHA-256 of size and RGB pixels."""
    rgb = image.convert("RGB")
    return hashlib.sha256(f"{rgb.width}x{rgb.height}:".encode() + rgb.tobytes()).hexdigest()


def look_hash(image: Image.Image) -> str:
    """Which of two neighbours is lighter, over a grid of 16 x 16 (a difference hash): 64 hexadecimal characters."""
    small = image.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.BOX)
    cells = small.tobytes()
    bits = 0
    for row in range(SIDE):
        at = row * (SIDE + 1)
        for col in range(SIDE):
            bits = bits << 1 | (cells[at + col] > cells[at + col + 1] + 1)
    return f"{bits:064x}"


def distance(one: str, other: str) -> int:
    """Bits in which two looks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
