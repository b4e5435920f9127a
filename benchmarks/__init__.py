"""Benchmarks: quality and speed, against a peer in the same run. `python -m benchmarks NAME --json`."""
