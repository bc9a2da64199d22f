"""Pictures decoded in a process beside ours, within bounds of time and memory.

Some files keep a decoder busy for minutes, fill the memory or end the process that
reads them. Here that ends a process which has nothing else to do, and an editor reads
why the picture was not taken.
"""

import atexit
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from PIL import Image

from newsroom.lib import decoder, images

ROOT = Path(__file__).parents[2]
# So many at once in one process of ours; the others wait, within their own time.
AT_ONCE = max(2, os.cpu_count() or 1)
# A person waits for the first; the second belongs to later work.
INSPECT_SECONDS = 8
UPRIGHT_SECONDS = 60

_slots = threading.BoundedSemaphore(AT_ONCE)
_idle = []


class TooSlowError(images.UnacceptablePictureError):
    """Time was up; at a quieter moment the same picture may be taken."""


def inspect(content):
    """`images.inspect`, with what `photo_metadata.read` finds as the Facts' `offer`.

    Raises images.UnacceptablePictureError, after INSPECT_SECONDS at the latest.
    """
    found, thumbnail = _asked("inspect", content, seconds=INSPECT_SECONDS)
    if taken_at := found["offer"].get("taken_at"):
        found["offer"]["taken_at"] = datetime.fromisoformat(taken_at)
    return images.Facts(**found, thumbnail=thumbnail)


def upright(content):
    """`images.upright`. Raises images.UnacceptablePictureError."""
    found, points = _asked("upright", content, seconds=UPRIGHT_SECONDS)
    return Image.frombytes("RGB", tuple(found["size"]), points)


def _asked(wish, content, *, seconds):
    images.check_length(content)
    until = time.monotonic() + seconds
    if not _slots.acquire(timeout=seconds):
        raise TooSlowError(
            "The server is busy with other pictures. Try again in a minute."
        )
    try:
        found, data = _answer(wish, content, until=until, seconds=seconds)
    finally:
        _slots.release()
    if "error" in found:
        raise images.UnacceptablePictureError(found["error"])
    return found, data


def _answer(wish, content, *, until, seconds):
    process, is_used = _taken()
    is_late = threading.Event()

    def end():
        is_late.set()
        process.kill()

    clock = threading.Timer(max(0.1, until - time.monotonic()), end)
    clock.daemon = True
    clock.start()
    try:
        decoder.write_message(process.stdin, {"do": wish}, content)
        found, data = decoder.read_message(process.stdout)
    except (OSError, EOFError, ValueError) as error:
        clock.cancel()
        _close(process)
        if is_late.is_set():
            raise TooSlowError(
                f"Reading this picture took longer than {seconds} seconds. Try again "
                "when the server is less busy, or save it smaller."
            ) from error
        if is_used and process.returncode == 0:  # it had waited long enough for work
            return _answer(wish, content, until=until, seconds=seconds)
        raise images.UnacceptablePictureError(images.DAMAGED) from error
    clock.cancel()
    if found.pop("is_last") or is_late.is_set():
        _close(process)
    else:
        _idle.append(process)
    return found, data


def _taken():
    """A decoder, and whether it has worked before."""
    while _idle:
        with suppress(IndexError):  # another thread was faster
            process = _idle.pop()
            if process.poll() is None:
                return process, True
            _close(process)
    return (
        subprocess.Popen(  # noqa: S603 -- our own module, by our own interpreter
            [sys.executable, "-m", decoder.__name__],
            cwd=ROOT,
            env={
                name: os.environ[name]
                for name in ["PATH", "PYTHONPATH", "LD_LIBRARY_PATH"]
                if name in os.environ
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the site
        ),
        False,
    )


def _close(process):
    process.kill()
    for file in [process.stdin, process.stdout]:
        with suppress(OSError):
            file.close()
    process.wait()


def _close_all():
    while _idle:
        _close(_idle.pop())


atexit.register(_close_all)
# A child of ours would write into the same pipes.
os.register_at_fork(after_in_child=_idle.clear)
