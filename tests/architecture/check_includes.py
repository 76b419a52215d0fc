#!/usr/bin/env python3
"""Holds every #include below include/ and src/ to the layer table of the rooms.

Usage: check_includes.py [ROOT]    checks the tree at ROOT, one line for each violation, exit status 1 if any
       check_includes.py --self-test

The table is the one of CONTRIBUTING.md. A room may include itself and the rooms of its row; nothing else of ours.
"""

import re
import sys
import tempfile
from pathlib import Path

# Room -> the rooms it may include besides itself. "And below" is written out, so that a row can be read alone.
ALLOWED = {
    "core": set(),
    "serde": {"core"},
    "kafka": {"core"},
    "state": {"serde", "core"},
    "processor": {"state", "serde", "core"},
    "topology": {"processor", "state", "serde", "core"},
    "dsl": {"topology", "processor", "state", "serde", "core"},
    "runtime": {"topology", "kafka", "processor", "state", "serde", "core"},
    "query": {"runtime", "topology", "kafka", "processor", "state", "serde", "core"},
    "connectors": {"processor", "state", "serde", "core"},
    "registry": {"serde", "core"},
    "testing": {"runtime", "topology", "kafka", "processor", "state", "serde", "core"},
}
# Headers directly in include/widgetstream/. fwd.hpp only names types, so any room may include it and it includes none;
# widgetstream.hpp gathers dsl and runtime, and no room includes it.
FORWARD = "fwd.hpp"
UMBRELLA = "widgetstream.hpp"
TOP_LEVEL = {
    FORWARD: set(),
    UMBRELLA: {"dsl", "runtime"} | ALLOWED["dsl"] | ALLOWED["runtime"],
}

# Engine -> how its headers begin, and the only folders of src/ that may include them. The first that fits counts.
ENGINES = {
    "librdkafka": (("librdkafka/", "rdkafka.h"), ("kafka/librdkafka",)),
    "RocksDB": (("rocksdb/",), ("state/rocksdb",)),
    "Boost's containers": (("boost/container/", "boost/unordered/"), ("state",)),
    "Boost": (("boost/",), ("serde/json", "topology/regex", "query", "registry/http")),
    "OpenSSL": (("openssl/",), ("registry/http",)),
    "MongoDB driver": (("mongoc", "bson", "mongocxx", "bsoncxx"), ("connectors/mongo",)),
    "protobuf": (("google/protobuf",), ()),
    "test framework": (("gtest/", "gmock/", "benchmark/"), ()),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCE_SUFFIXES = {".hpp", ".h", ".ipp", ".cpp", ".cc"}


def includes_of(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) == '"', match.group(2)


def room_of_target(root, target, quoted):
    """The room an include names, FORWARD or UMBRELLA, or None when it is not one of ours."""
    if target.startswith("widgetstream/"):
        rest = target.removeprefix("widgetstream/")
        return rest.split("/")[0]
    first = target.split("/")[0]
    if quoted and first in ALLOWED and (root / "src" / target).exists():
        return first
    return None


def engine_violation(target, public, relative):
    for engine, (prefixes, folders) in ENGINES.items():
        if not target.startswith(prefixes):
            continue
        if public:
            return f"a public header includes {engine}"
        if not relative.startswith(tuple(folder + "/" for folder in folders)):
            where = " or ".join(f"src/{folder}/" for folder in folders) or "no folder of src/"
            return f"{engine} may be included in {where} only"
        return None
    return None


def check_file(root, path, public, edges):
    relative = path.relative_to(root / ("include/widgetstream" if public else "src")).as_posix()
    room = relative.split("/")[0]
    allowed = TOP_LEVEL.get(room) if public and "/" not in relative else ALLOWED.get(room)
    place = path.relative_to(root).as_posix()
    if allowed is None:
        yield f"{place}: {room} is no room of the table"
        return
    for number, quoted, target in includes_of(path):
        violation = engine_violation(target, public, relative)
        if violation:
            yield f"{place}:{number}: {violation}: {target}"
            continue
        other = room_of_target(root, target, quoted)
        if other is None:
            if quoted:
                yield f"{place}:{number}: names no header of include/ or src/ by its full path: {target}"
            continue
        if public and not target.startswith("widgetstream/"):
            yield f"{place}:{number}: a public header includes a private one: {target}"
            continue
        if target.startswith("widgetstream/") and not (root / "include" / target).exists():
            yield f"{place}:{number}: there is no such header: {target}"
            continue
        if other in (room, FORWARD):
            continue
        edges.add((room, other))
        if other not in allowed:
            yield f"{place}:{number}: {room} may not include {other}: {target}"


def cycle_in(edges):
    """A list of rooms that leads back to its first, or None."""
    following = {}
    for source, target in sorted(edges):
        following.setdefault(source, []).append(target)
    done = set()

    def walk(room, trail):
        if room in trail:
            return trail[trail.index(room):] + [room]
        if room in done:
            return None
        for target in following.get(room, []):
            found = walk(target, trail + [room])
            if found:
                return found
        done.add(room)
        return None

    for room in sorted(following):
        found = walk(room, [])
        if found:
            return found
    return None


def check(root):
    violations = []
    edges = set()
    count = 0
    for folder, public in (("include/widgetstream", True), ("src", False)):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES:
                count += 1
                violations += check_file(root, path, public, edges)
    cycle = cycle_in(edges)
    if cycle:
        violations.append("rooms include each other in a circle: " + " -> ".join(cycle))
    if count == 0:
        violations.append(f"{root}: no sources found below include/widgetstream and src")
    return count, violations


def self_test():
    """A checker that finds nothing would pass for ever, so it must first find one of each kind."""
    cases = {
        "include/widgetstream/core/a.hpp": ('#include "widgetstream/serde/a.hpp"', "core may not include serde"),
        "include/widgetstream/serde/a.hpp": ("#include <boost/json.hpp>", "a public header includes Boost"),
        "include/widgetstream/state/a.hpp": ('#include "state/private.hpp"', "includes a private one"),
        "include/widgetstream/dsl/a.hpp": ("#include <widgetstream/runtime/a.hpp>", "dsl may not include runtime"),
        "include/widgetstream/runtime/a.hpp": ('#include "widgetstream/core/none.hpp"', "no such header"),
        "include/widgetstream/extra/a.hpp": ("", "extra is no room"),
        "src/state/private.hpp": ("#include <librdkafka/rdkafka.h>", "librdkafka may be included in"),
        "src/state/a.cpp": ("#include <boost/unordered/unordered_flat_map.hpp>", None),
        "src/state/b.cpp": ("#include <boost/json.hpp>", "Boost may be included in"),
        "src/dsl/a.cpp": ("#include <boost/container/small_vector.hpp>", "containers may be included in src/state/ only"),
        "src/serde/a.cpp": ('#include "widgetstream/core/a.hpp"', None),
        "src/runtime/a.cpp": ('#include "b.hpp"', "by its full path"),
        "src/connectors/mongo/a.cpp": ("#include <mongoc/mongoc.h>", None),
        "src/testing/a.cpp": ('#include "widgetstream/widgetstream.hpp"', "testing may not include widgetstream.hpp"),
    }
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for name, (text, _) in cases.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text + "\n", encoding="utf-8")
        (root / "include/widgetstream/widgetstream.hpp").write_text("", encoding="utf-8")
        _, violations = check(root)
    for name, (_, expected) in cases.items():
        found = [violation for violation in violations if violation.startswith(name)]
        if expected is None:
            assert not found, found
        else:
            assert len(found) == 1 and expected in found[0], (name, expected, found)
    assert any("core -> serde -> core" in violation for violation in violations), violations


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        print("the checker finds what it should")
        return 0
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    count, violations = check(root)
    print("\n".join(violations) or f"{count} files keep to the layer table")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
