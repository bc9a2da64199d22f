"""The process that decodes pictures: `decoding` starts it, writes to it and ends it.

It knows no setting and no secret, and may be killed at any moment. What was asked and
what is answered is JSON and bytes, never pickles: a decoder that was taken over must
not take its caller with it.
"""

import json
import resource
import select
import struct
import sys
from contextlib import suppress
from dataclasses import asdict

from PIL import AvifImagePlugin

from newsroom.lib import images, photo_metadata

HEADER = struct.Struct(">II")
# Address space, by what is asked: a picture that passed the first passes the second.
MEMORY = {"inspect": 520 * 1024 * 1024, "upright": 560 * 1024 * 1024}
# Of the processor, for one picture; the caller's clock is up long before. It ends a
# decoder whose caller was killed.
CPU_SECONDS = 60
IDLE_SECONDS = 60
# What a large picture leaves behind is given back by starting anew.
KEPT_MEMORY_KIB = 200 * 1024


def read_message(file):
    """The next (words, content) of a stream. Raises EOFError at its end."""
    lengths = _read(file, HEADER.size)
    words, content = (_read(file, length) for length in HEADER.unpack(lengths))
    return json.loads(words), content


def write_message(file, words, content=b""):
    encoded = json.dumps(words).encode()
    file.write(HEADER.pack(len(encoded), len(content)))
    file.write(encoded)
    file.write(content)
    file.flush()


def _read(file, length):
    found = file.read(length)
    if len(found) < length:
        raise EOFError
    return found


def inspect(content):
    facts = asdict(images.inspect(content))
    offer = photo_metadata.read(content)
    if "taken_at" in offer:
        offer["taken_at"] = offer["taken_at"].isoformat()
    thumbnail = facts.pop("thumbnail")
    return {**facts, "offer": offer}, thumbnail


def upright(content):
    image = images.upright(content)
    return {"size": image.size}, image.tobytes()


WORK = {"inspect": inspect, "upright": upright}


def answer(wish, content):
    """What to write back: what was asked for, or why it cannot be."""
    try:
        return WORK[wish](content)
    except images.UnacceptablePictureError as error:
        return {"error": str(error)}, b""
    except MemoryError:
        return {"error": "This picture needs too much memory. Save a smaller one."}, b""
    except Exception:  # noqa: BLE001 -- decoders raise anything on odd bytes
        return {"error": images.DAMAGED}, b""


def main():
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    source, target = sys.stdin.buffer, sys.stdout.buffer
    # Linux counts here what the caller had when it started us.
    most = max(KEPT_MEMORY_KIB, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    peak = 0
    while peak <= most and select.select([source], [], [], IDLE_SECONDS)[0]:
        try:
            words, content = read_message(source)
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        set_limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + CPU_SECONDS)
        set_limit(resource.RLIMIT_AS, MEMORY[words["do"]])
        found, data = answer(words["do"], content)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        write_message(target, {**found, "is_last": peak > most}, data)


def set_limit(kind, value):
    with suppress(ValueError, OSError):  # where the system knows none
        resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main()
