"""The one part of the build that pyproject.toml cannot say for every setuptools: the optional compiled kernel.

Where there is no compiler the build goes on without it, and `gale.decision.kernel` serves from numpy. No flag names a
processor: the C file itself holds an AVX2 version and a plain one, chosen when it is loaded.
"""

import sys

from setuptools import Extension, setup

FLAGS = [] if sys.platform == "win32" else ["-O3", "-ffp-contract=off", "-fno-math-errno", "-g0"]

setup(
    ext_modules=[
        Extension(
            "gale.decision._kernel",
            ["src/gale/decision/_kernel.c"],
            extra_compile_args=FLAGS,
            py_limited_api=True,
            optional=True,
        )
    ]
)
