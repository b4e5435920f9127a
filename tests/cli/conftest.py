import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from terminal import Story, tell_story


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """One brand from `gale init` to `gale report`, each step a process of its own. Tests only read it."""
    return tell_story(tmp_path_factory.mktemp("story"))
