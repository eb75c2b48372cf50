"""Run a command and write what it cost: ``launcher.py COST.json COMMAND...``.

A process of its own, and a small one: Linux counts the memory of the process that starts a command into the
command's own peak, and a test run holds whole collections.
"""

import json
import os
import sys
import time
from pathlib import Path


def main(cost: str, *command: str) -> int:
    """Run the command, write its wall seconds and peak bytes, and return its exit code."""
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    figures = {"seconds": time.perf_counter() - start, "peak_bytes": usage.ru_maxrss * 1024}
    Path(cost).write_text(json.dumps(figures), encoding="utf-8")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
