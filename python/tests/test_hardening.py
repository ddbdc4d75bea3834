"""The extension is built as distributions harden programs, and runs no other (docs/security.md)."""
import re
import shutil
import subprocess

import psutil._psutil as extension
import pytest


def tool(*words):
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not installed")
    return subprocess.run([*words, extension.__file__], stdout=subprocess.PIPE, text=True,
                          check=True).stdout


def test_everything_is_bound_and_read_only():
    segments, dynamic = tool("readelf", "-lW"), tool("readelf", "-d")
    assert "GNU_RELRO" in segments
    assert "E" not in re.search(r"GNU_STACK.*", segments)[0].split()[-2]
    assert re.search(r"BIND_NOW|FLAGS.*NOW", dynamic)
    assert not re.search(r"R(UN)?PATH|TEXTREL", dynamic)


def test_no_program_is_run():
    imported = {line.split()[-1].partition("@")[0]
                for line in tool("nm", "-D", "--undefined-only").splitlines() if line}
    forbidden = re.compile(r"exec[vl]\w*|fexecve|system|popen|posix_spawnp?|v?fork|dlopen|wordexp|"
                           r"(secure_)?getenv")
    assert [name for name in imported if forbidden.fullmatch(name)] == []
    assert "__stack_chk_fail" in imported
