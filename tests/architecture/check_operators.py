#!/usr/bin/env python3
"""Holds every operator of the DSL to its test, its wrong program and its row and example in docs/dsl.md.

Usage: check_operators.py [ROOT]    checks the tree at ROOT, one line for each thing that is missing, exit status 1 if any
       check_operators.py --self-test

An operator is a public member of one of the classes below. Its test is tests/dsl/<prefix><name>_test.cpp, its wrong
programs are tests/compile_fail/dsl_<prefix><name>*.cpp, both in snake_case; SAME_AS says where one stands for another. Its
row in the table of docs/dsl.md begins with the class's word, and an example on that page calls it (the examples are built
and compared with the page by tests/dsl/doc_examples*_test.cpp).
"""

import re
import sys
from pathlib import Path

# Class -> its header, the word its rows begin with, the prefix of its files.
CLASSES = {
    "StreamsBuilder": ("streams_builder.hpp", "builder", ""),
    "KStream": ("kstream.hpp", "", ""),
    "BranchedKStream": ("branched.hpp", "", ""),
    "KGroupedStream": ("kgrouped_stream.hpp", "grouped", ""),
    "TimeWindowedKStream": ("time_windowed_kstream.hpp", "windowed", "windowed_"),
    "SessionWindowedKStream": ("session_windowed_kstream.hpp", "windowed", "session_"),
    "CogroupedKStream": ("cogrouped_kstream.hpp", "cogrouped", "cogroup_"),
    "TimeWindowedCogroupedKStream": ("windowed_cogrouped_kstream.hpp", "cogrouped", "windowed_cogroup_"),
    "SessionWindowedCogroupedKStream": ("windowed_cogrouped_kstream.hpp", "cogrouped", "windowed_cogroup_"),
    "KTable": ("ktable.hpp", "table", "table_"),
    "KGroupedTable": ("kgrouped_table.hpp", "grouped table", "table_"),
}

# What is public in these classes without being an operator.
OTHERS = {
    "StreamsBuilder": {"build", "graph"},
    "KTable": {"queryableStoreName", "part", "state", "view", "valueSerde"},
    "KStream": {"part"},
}

# Class and operator -> the files that stand for it, without prefix `dsl_` and ending `_test`: its test, its wrong programs.
SAME_AS = {
    ("StreamsBuilder", "stream"): ("sources", "stream"),
    ("StreamsBuilder", "addStateStore"): ("process", "process"),
    ("StreamsBuilder", "addGlobalStore"): ("global_table", "global_store"),
    ("KStream", "filterNot"): ("filter", "filter_not"),
    ("KStream", "split"): ("split", "branch"),
    ("KStream", "groupByKey"): ("group_by", "group_by"),
    ("BranchedKStream", "branch"): ("split", "branch"),
    ("BranchedKStream", "defaultBranch"): ("split", "branch"),
    ("BranchedKStream", "noDefaultBranch"): ("split", "branch"),
    ("KGroupedStream", "windowedBy"): ("windows", "windowed_by"),
    ("TimeWindowedKStream", "emitStrategy"): ("emit_on_window_close", "windowed"),
    ("SessionWindowedKStream", "emitStrategy"): ("emit_on_window_close", "session"),
    ("SessionWindowedKStream", "count"): ("session_windows", "session_count"),
    ("SessionWindowedKStream", "reduce"): ("session_windows", "windowed_reduce"),
    ("SessionWindowedKStream", "aggregate"): ("session_windows", "session_aggregate"),
    ("CogroupedKStream", "cogroup"): ("cogroup", "cogroup"),
    ("CogroupedKStream", "aggregate"): ("cogroup", "cogroup"),
    ("CogroupedKStream", "windowedBy"): ("windowed_cogroup", "cogroup"),
    ("TimeWindowedCogroupedKStream", "aggregate"): ("windowed_cogroup", "cogroup"),
    ("SessionWindowedCogroupedKStream", "aggregate"): ("windowed_cogroup", "cogroup"),
    ("KTable", "filterNot"): ("table_filter", "table_filter"),
    ("KTable", "toStream"): ("to_stream", "to_stream"),
    ("KTable", "suppress"): ("suppress", "suppress"),
    ("KTable", "sinkTo"): ("sink_to", "table_sink_to"),
}


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda letter: "_" + letter.group(1).lower(), name)


def members(header, of):
    """Names of the public functions of class `of` in the text of its header."""
    begin = re.search(rf"^class {of}(?: final)? \{{$", header, re.MULTILINE)
    if not begin:
        return None
    body = header[begin.end() : header.index("\n};", begin.end())]
    names = set()
    public = False
    for line in body.splitlines():
        if re.match(r"^ (public|private|protected):$", line):
            public = line.strip() == "public:"
        # A member's first line; what follows is deeper.
        call = re.match(r"^  (?! |template|friend|using|requires|explicit|//)(?:\[\[nodiscard\]\] )?[\w:<>,&* ()]*?(\w+) ?\(", line)
        if public and call and call.group(1) not in {of, "operator", "decltype"}:
            names.add(call.group(1))
    return names


def rows(page):
    """(word, operator) for each row of the table of all operators."""
    table = page[page.index("## All operators") : page.index("\n## ", page.index("## All operators") + 1)]
    found = set()
    for line in table.splitlines():
        if not line.startswith("| ") or line.startswith("| here"):
            continue
        cell = line.split("|")[1].strip()
        word = re.match(r"^([a-z ]+): ", cell)
        for code in re.findall(r"`([^`]+)`", cell):
            name = re.match(r"^(builder\.)?(\w+)", code)
            found.add(("builder" if name.group(1) else word.group(1) if word else "", name.group(2)))
            for chained in re.findall(r"\)\.(\w+)\(", code):
                found.add(("", chained))
    return found


def called(page):
    """Names that the examples of the page call."""
    blocks = re.findall(r"```cpp\n(.*?)```", page, re.DOTALL)
    return {name for block in blocks for name in re.findall(r"[.\n]\s*(\w+) ?(?:<[^;()]*>)?\(", block)}


def check(root):
    page = (root / "docs/dsl.md").read_text(encoding="utf-8")
    documented = rows(page)
    examples = called(page)
    missing = []
    for of, (file, word, prefix) in CLASSES.items():
        names = members((root / "include/widgetstream/dsl" / file).read_text(encoding="utf-8"), of)
        if not names:
            missing.append(f"{file}: no class {of} with public members")
            continue
        for name in sorted(names - OTHERS.get(of, set())):
            test, wrong = SAME_AS.get((of, name), (prefix + snake(name), prefix + snake(name)))
            if not (root / f"tests/dsl/{test}_test.cpp").is_file():
                missing.append(f"{of}::{name}: no tests/dsl/{test}_test.cpp")
            if not list((root / "tests/compile_fail").glob(f"dsl_{wrong}*.cpp")):
                missing.append(f"{of}::{name}: no tests/compile_fail/dsl_{wrong}*.cpp")
            if (word, name) not in documented:
                missing.append(f"{of}::{name}: no row '{word + ': ' if word else ''}{name}' in docs/dsl.md")
            if name not in examples:
                missing.append(f"{of}::{name}: no example in docs/dsl.md calls it")
    return missing


def self_test():
    header = "class KStream {\n public:\n  using K = int;\n  [[nodiscard]] KStream filter(F f) const {\n    return go(f);\n  }\n"
    header += "  template <class F>\n  auto mapValues(F f) const;\n  explicit KStream(int);\n private:\n  void hidden();\n};\n"
    assert members(header, "KStream") == {"filter", "mapValues"}, members(header, "KStream")
    assert members(header, "KTable") is None
    page = "## All operators\n| here | in Java |\n|---|---|\n| `filter(f)`, `filterNot(f)` | x |\n| table: `join(t, f)`, `leftJoin` | x |\n"
    page += "| `builder.stream<K, V>(topic)` | x |\n\n## More\n```cpp\norders.filter(f)\n    .to(topic);\nbuilder.stream<K, V>(t);\n```\n"
    assert rows(page) == {("", "filter"), ("", "filterNot"), ("table", "join"), ("table", "leftJoin"), ("builder", "stream")}
    assert {"filter", "to", "stream"} <= called(page), called(page)
    assert snake("flatMapValues") == "flat_map_values"
    print("ok")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    missing = check(root)
    for line in missing:
        print(line)
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
