"""Print the demo edition's pictures: `python -m newsroom.demo.draw [name …]`.

Run by hand after a scene changes; the pictures it writes are part of the project.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

PICTURES = Path(__file__).parent / "pictures"
SERIES = ["world", "politics", "economy", "science", "culture", "sport", "portraits"]


def main():
    scenes = {}
    for name in SERIES:
        scenes |= import_module(f"newsroom.demo.scenes.{name}").SCENES
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(scenes))
    parser.add_argument("--to", type=Path, default=PICTURES, help="folder to write in")
    options = parser.parse_args()
    for name in options.names or scenes:
        path = options.to / f"{name}.jpg"
        quality = scenes[name]().save(path)
        kilobytes = path.stat().st_size // 1000
        sys.stdout.write(f"{path.name} {kilobytes} kB, quality {quality}\n")


if __name__ == "__main__":
    main()
