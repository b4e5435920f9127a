"""The samples lie beside the tests; they are used by `preview.py` too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
