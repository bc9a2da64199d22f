"""What public files cost: bench/pictures.py [DIRECTORY of JPEGs, else the demo's]."""

import resource
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from newsroom.lib import images, rendering

DEMO = Path(__file__).parents[1] / "newsroom" / "demo" / "pictures"
FORMS = [*rendering.FIRST_FORMS, *rendering.LATER_FORMS]


def main(directory=DEMO, *, limit=12):
    files = sorted(Path(directory).glob("*.jpg"))[:limit]
    lengths, seconds = defaultdict(list), defaultdict(list)
    looking = decoding = 0
    whole = defaultdict(float)
    for file in files:
        content = file.read_bytes()
        # The site does both in a process of its own; here they are measured alone.
        started = time.process_time()
        images.inspect(content)
        looked = time.process_time()
        images.upright(content)
        looking += looked - started
        decoding += time.process_time() - looked
        for form in FORMS:
            started = time.process_time()
            for made in rendering.renditions(content, forms=[form]):
                ended = time.process_time()
                whole[made.extension] += ended - started
                if made.crop == "original":
                    lengths[made.width, made.extension].append(len(made.content))
                    seconds[made.width, made.extension].append(ended - started)
                started = time.process_time()
    print_table(lengths, seconds)
    count = len(files)
    each = {form: f"{1000 * whole[form] / count:.0f} ms" for form in FORMS}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{count} pictures; looked at: {1000 * looking / count:.0f} ms each; "
        f"decoded: {1000 * decoding / count:.0f} ms each; "
        f"all crops of one: {each}; peak {peak} MiB\n"
    )


def print_table(lengths, seconds):
    cells = "".join(f" {form} kB | {form} ms |" for form in FORMS)
    sys.stdout.write(f"| width |{cells}\n|---|{'---|---|' * len(FORMS)}\n")
    for wide in rendering.CROPS["original"].widths:
        line = f"| {wide} |"
        for form in FORMS:
            found = lengths[wide, form]
            if not found:
                line += " – | – |"
                continue
            kilobytes = sum(found) / len(found) / 1000
            milliseconds = 1000 * sum(seconds[wide, form]) / len(found)
            line += f" {kilobytes:.0f} | {milliseconds:.0f} |"
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(*sys.argv[1:2])
