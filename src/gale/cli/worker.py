"""`python -m gale.cli.worker ROOT FD ADDRESS`: what the supervisor starts; not for people."""

import sys
from pathlib import Path

from gale.cli.serve import work

if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
