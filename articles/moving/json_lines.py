"""Newsroom's own JSON lines as a source: what `import_articles` reads."""

import io

from articles.bulk.lines import LineError, read_lines
from articles.moving.wxr import FormatError

LOOKED_AT = 64 * 1024


class JSONLines:
    """The lines as they are; the loader knows them all."""

    kind = prefix = "lines"

    def __init__(self, path):
        self.path = path
        self.total = path.stat().st_size
        self.done = 0

    def look(self, progress=lambda count: None):
        """Read the first line. Raises FormatError where it is none."""
        with self.path.open("rb") as file:
            begin = file.read(LOOKED_AT)
        line, _, rest = begin.lstrip().partition(b"\n")
        first = next(read_lines(io.BytesIO(line)), (0, LineError("empty")))[1]
        is_whole = bool(rest) or len(begin) < LOOKED_AT
        if isinstance(first, LineError) and is_whole:
            raise FormatError(f"line 1: these are no JSON lines ({first}).")
        if isinstance(first, dict) and not {"type", "id"} & first.keys():
            raise FormatError(
                "line 1: this is JSON, and no line of Newsroom: it has no “id”."
            )

    def found(self):
        return {"site": "", "notes": [], "categories": [], "types": {}}

    def mapping_rows(self, mapping):
        return []

    def lines(self, desk):
        self.desk = desk
        with self.path.open("rb") as file:
            for number, data in read_lines(file):
                self.done = file.tell()
                yield number, data

    def finish(self):
        """Nothing is left to do."""
