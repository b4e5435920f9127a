"""Where there is a compiler, the kernel is there: otherwise the tests that compare it with numpy would all be skipped."""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path

import pytest

from gale.decision import kernel

HEADERS = Path(sysconfig.get_paths()["include"]) / "Python.h"


@pytest.mark.skipif(not (shutil.which("gcc") and HEADERS.is_file()), reason="no compiler, or no headers of Python")
def test_the_kernel_is_compiled_wherever_it_can_be():
    assert kernel.COMPILED
