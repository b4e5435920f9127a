"""Print how large the base install is, and which packages spend the megabytes."""

from importlib.metadata import distributions
from pathlib import Path


def main() -> None:
    sizes: dict[str, int] = {}
    for dist in distributions():
        files = dist.files or []
        sizes[dist.metadata["Name"]] = sum(
            path.stat().st_size for f in files if (path := Path(str(dist.locate_file(f)))).is_file()
        )
    total = sum(sizes.values()) / 1e6
    top = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    print(f"installed: {total:.0f} MB; " + ", ".join(f"{name} {size / 1e6:.0f}" for name, size in top))


main()
