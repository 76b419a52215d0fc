#!/usr/bin/env python3
"""Checks that a program does not compile, for the reason it states, and that the compiler names the user's own line.

Usage: check_compile_fail.py FILE COMPILER [OPTION...]

FILE begins with one or more lines `// expect: TEXT`; each TEXT must occur in what the compiler says.
"""

import re
import subprocess
import sys
from pathlib import Path


def main():
    path, compiler = Path(sys.argv[1]), sys.argv[2:]
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.split("expect:", 1)[1].strip() for line in lines if line.startswith("// expect:")]
    if not expected:
        print(f"{path}: states no '// expect: TEXT'")
        return 1
    run = subprocess.run([*compiler, "-fsyntax-only", str(path)], capture_output=True, text=True, check=False,
                         env={"LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin"}, stdin=subprocess.DEVNULL)
    problems = [f"not in the message: {text}" for text in expected if text not in run.stderr]
    if run.returncode == 0:
        problems.append("it compiles")
    # Either the error is told there, or what it is required by is.
    own_line = re.compile(rf"^\S*{re.escape(path.name)}:\d+:\d+:\s+(error:|required from)", re.MULTILINE)
    if not own_line.search(run.stderr):
        problems.append("the message names no line of the program")
    if problems:
        print("\n".join(f"{path.name}: {problem}" for problem in problems))
        print(run.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
