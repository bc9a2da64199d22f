"""Everything an editor owns as JSON lines, in and out.

One object a line. `"type"` says what it is: `section`, `picture`, `author`, `tag`,
`page`, `publication`, `article` (also where there is no type) or `front_page`; a line
may name only what stands in a line before it. `export_articles` writes all of them in
this order and `import_articles` reads them.
"""

from articles.bulk.dump import dump
from articles.bulk.lines import LineError, read_lines
from articles.bulk.load import Loader

__all__ = ["LineError", "Loader", "dump", "read_lines"]
