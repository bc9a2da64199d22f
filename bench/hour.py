"""Mixed load for an hour, or as long as it is told, watching errors and memory.

    .venv/bin/python bench/hour.py [SECONDS]

Four editors save, two readers sign up, four read, an issue goes out to 2,000; each
pauses between two requests, so that it is the time that counts and not the rush.
Prints what was answered and how much memory the site's and the worker's processes
take, from a tenth of the time to its end.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.faults import Work, say, settle
from bench.stack import Stack

SAMPLES = 10


def memory(groups):
    """Megabytes of the processes of these groups, shared pages counted once."""
    total = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(path.name)) not in groups:
                continue
            rollup = (path / "smaps_rollup").read_text()
        except (OSError, ValueError):
            continue
        total += int(rollup.partition("Pss:")[2].split()[0])
    return total / 1024


def main(seconds):
    stack = Stack()
    try:
        stack.start_postgres()
        stack.start_redis()
        stack.start_sink()
        work = Work(editors=4, sign_ups=2, readers=4, letters=2000)
        site = stack.start_web()
        worker = stack.manage("worker")
        work.begin()
        say("| after | site | worker |\n|---|---|---|")
        for number in range(1, SAMPLES + 1):
            time.sleep(seconds / SAMPLES)
            say(
                f"| {seconds * number / SAMPLES:.0f} s | {memory({site.pid}):.0f} MB "
                f"| {memory({worker.pid}):.0f} MB |"
            )
        settle(work, stack)
        say("\n| | | afterwards |\n|---|---|---|")
        work.row(f"Mixed load, {seconds} s", stack)
        say(f"\n{len(stack.errors())} errors in the log")
    finally:
        stack.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3600)
