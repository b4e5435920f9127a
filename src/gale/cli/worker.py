"""`python -m gale.cli.worker ROLE ROOT FD ADDRESS`: what the supervisor starts; not for people."""

import sys
from pathlib import Path

from gale.cli.serve import work

if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
