#!/usr/bin/env python3
"""Makes the environment of the psutil that ours is compared with: python_reference.py [FOLDER]

FOLDER is build/reference-venv unless told otherwise. psutil 7.2.2 and pytest are fetched from PyPI
once; after that nothing needs the network.
"""
import argparse
import os
import sys

import python_env

REFERENCE = ["psutil == 7.2.2", "pytest <= 9.2.0"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", metavar="FOLDER",
                        default=os.path.join(python_env.BUILD, "reference-venv"))
    parser.add_argument("--python", default=sys.executable, help="the interpreter to make it for")
    options = parser.parse_args()
    env = python_env.Environment(options.folder, options.python)
    try:
        env.create()
        env.require(*REFERENCE, name="reference")
    except python_env.Failure as failure:
        python_env.say(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
