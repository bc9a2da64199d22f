"""Loads archives of several sizes and compares what pages cost in each.

The sizes are asked in turn, several times, and each page's best time counts: so what
the machine does beside meets all sizes alike.

bench/scale.py [N …] [--at postgres://user@host/name{n}] [--write]

Without `--at` it starts a PostgreSQL of its own; with it, it uses the databases of that
name, which must exist, fills those that are empty and keeps all, so that the next run
only measures. The sizes are 1000, 20000 and 100000; `--write` puts the table into
docs/performance.md.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.servers import ROOT, Servers, write_table

SIZES = [1_000, 20_000, 100_000]
# The most that a page may cost with more stories, as many times as with the first size.
BUDGETS = {
    "section, page 200": 1.5,
    "section, last page": 1.5,
    "search": 3,
    "sitemap index": 3,
    "archive": 3,
    # Of 1,000 stories it has half as many.
    "sitemap of 2,000": 2,
}
BUDGET, BUDGET_OF_A_MILLION = 1.2, 1.5
ROUNDS = 25
PASSES = 3


def run(script, *words, url, **environment):
    return subprocess.run(
        [sys.executable, ROOT / "bench" / script, *map(str, words)],
        env={**os.environ, **environment, "DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def count(url):
    code = "from articles.models import Article; print(Article.objects.count())"
    found = subprocess.run(
        [sys.executable, ROOT / "manage.py", "shell", "-v0", "-c", code],
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return int(found.stdout or 0) if found.returncode == 0 else 0


def fill(url, size, directory):
    archive = directory / f"{size}.jsonl"
    with archive.open("w") as target:
        subprocess.run(
            [sys.executable, ROOT / "bench/archive.py", str(size)],
            stdout=target,
            check=True,
        )
    sys.stdout.write(run("load.py", archive, url=url))
    sys.stdout.flush()
    archive.unlink()


def measured(url, directory):
    file = directory / "pages.json"
    sys.stdout.write(run("pages.py", ROUNDS, "--json", file, url=url))
    sys.stdout.flush()
    return json.loads(file.read_text())["pages"]


def cost(row):
    return row["cpu"] + row["database"]


def best(passes):
    """Each page's row of the pass in which it cost the least, with the walls of all."""
    return {
        name: {
            **min((found[name] for found in passes), key=cost),
            "walls": [wall for found in passes for wall in found[name]["walls"]],
        }
        for name in passes[0]
    }


def budget(name, size):
    usual = BUDGET if size <= 100_000 else BUDGET_OF_A_MILLION
    return BUDGETS.get(name, usual)


def grown(name, row, first, size):
    """As “2.6 + 2.8, 1.12”, the growth in bold where it is over the budget."""
    growth = f"{cost(row) / cost(first):.2f}"
    is_held = float(growth) <= budget(name, size)
    return f"{milliseconds(row)}, {growth if is_held else f'**{growth}**'}"


def milliseconds(row):
    return f"{row['cpu']:.1f} + {row['database']:.1f}"


def table(found):
    first, *others = sorted(found)
    head = ["page", "statements", f"{first:,} stories"]
    head += [*(f"{size:,}, times" for size in others), "budget"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, row in found[first].items():
        statements = max(pages[name]["statements"] for pages in found.values())
        cells = [name, str(statements), milliseconds(row)]
        cells += [grown(name, found[size][name], row, size) for size in others]
        cells.append(str(budget(name, max(found))))
        lines.append(f"| {' | '.join(cells)} |")
    clock = []
    for size in sorted(found):
        walls = found[size]["search"]["walls"]
        percentiles = quantiles(walls, n=100, method="inclusive")
        words = f"{percentiles[49]:.0f} and {percentiles[98]:.0f} ms"
        clock.append(f"{size:,} stories: {words}")
    lines += [
        "",
        f"Milliseconds of CPU a page: of our process + of PostgreSQL. Load at the end "
        f"{os.getloadavg()[0]:.0f} on {os.cpu_count()} cores.",
        "",
        f"Half of the searches, and 99 of 100, took by the clock: {'; '.join(clock)}.",
    ]
    return "\n".join(lines)


def main():
    words = sys.argv[1:]
    at = words[words.index("--at") + 1] if "--at" in words else None
    sizes = [int(word) for word in words if word.isdigit()] or SIZES
    urls = {}
    with Servers() as servers, tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        if at is None:
            servers.postgres()
        for size in sizes:
            if at is None:
                servers.sql(f"CREATE DATABASE bench{size}")
                url = f"postgres://postgres@127.0.0.1:{servers.pg_port}/bench{size}"
            else:
                url = at.replace("{n}", str(size))
            urls[size] = url
            if count(url) == 0:
                fill(url, size, directory)
        passes = [
            {size: measured(url, directory) for size, url in urls.items()}
            for _ in range(PASSES)
        ]
    found = {size: best([each[size] for each in passes]) for size in sizes}
    text = table(found)
    sys.stdout.write(f"\n{text}\n")
    if "--write" in words:
        write_table("scale", text, "performance.md")


if __name__ == "__main__":
    main()
