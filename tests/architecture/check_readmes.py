#!/usr/bin/env python3
"""Holds every room, example and other folder that a reader comes to first to a README of its own.

Usage: check_readmes.py ROOT    one line for each folder without, exit status 1 if any
"""

import sys
from pathlib import Path

ONES = ["include/widgetstream", "examples", "bench", "cmake", "docs", "docs/decisions", "scripts", "tests", "tools"]
ALL_BELOW = ["src", "examples", "tools"]


def main():
    root = Path(sys.argv[1])
    folders = [root / one for one in ONES]
    for above in ALL_BELOW:
        folders += sorted(path for path in (root / above).iterdir() if path.is_dir())
    missing = [folder for folder in folders if not (folder / "README.md").is_file()]
    for folder in missing:
        print(f"{folder.relative_to(root)}: has no README.md that says what it is for")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
