#!/usr/bin/env python3
"""The module definition file of the Windows library: exports.py HEADER... > psutil.def

What the headers declare is what is exported, as src/psutil.map has it elsewhere.
"""
import re
import sys

DECLARATION = re.compile(r"^PSUTIL_API\s[^;]*?\b(psutil_\w+)\s*\(", re.MULTILINE)


def main():
    names = set()
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            names.update(DECLARATION.findall(file.read()))
    print("EXPORTS")
    for name in sorted(names):
        print(f"    {name}")


if __name__ == "__main__":
    main()
