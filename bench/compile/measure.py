#!/usr/bin/env python3
"""What it costs to compile a program that uses the library, beside one that only includes RocksDB's header.

    bench/compile/measure.py [--compiler g++] [--rounds 5] [--include DIR]...

Compiles each unit of this directory in turn, with no cache, and prints one line of JSON: for each unit the preprocessed
lines and, for each set of flags, the least processor seconds over the rounds, and those by the ones of rocksdb.cpp.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FLAGS = {
    "check": ["-fsyntax-only"],  # what an editor does; all templates are instantiated
    "debug": ["-O0", "-c", "-o", os.devnull],
    "release": ["-O2", "-c", "-o", os.devnull],
}


def seconds(command):
    """User and system time of a command and what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    if subprocess.run(command).returncode != 0:
        sys.exit("measure.py: this does not compile: " + " ".join(command))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def preprocessed_lines(command):
    text = subprocess.run(command + ["-E", "-P"], capture_output=True, text=True, check=True).stdout
    return sum(1 for line in text.splitlines() if line.strip())


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--compiler", default="g++")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--include", action="append", default=[])
    given = arguments.parse_args()

    includes = [HERE.parent.parent / "include", *given.include]
    base = [given.compiler, "-std=c++20", *(f"-I{directory}" for directory in includes)]
    units = {path.stem: str(path) for path in sorted(HERE.glob("*.cpp"))}
    least = {unit: {kind: float("inf") for kind in FLAGS} for unit in units}
    # In turn, so that whatever else the machine does meets all of them.
    for _ in range(given.rounds):
        for unit, path in units.items():
            for kind, flags in FLAGS.items():
                least[unit][kind] = min(least[unit][kind], seconds(base + flags + [path]))

    report = {"program": "compile", "compiler": given.compiler, "rounds": given.rounds}
    for unit, path in units.items():
        report[unit] = {"lines": preprocessed_lines(base + [path])}
        for kind in FLAGS:
            report[unit][kind + "_s"] = round(least[unit][kind], 2)
            report[unit][kind + "_by_rocksdb"] = round(least[unit][kind] / least["rocksdb"][kind], 2)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
