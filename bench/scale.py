"""Loads archives of several sizes and compares what pages cost in each.

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

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.servers import ROOT, Servers, write_table

SIZES = [1_000, 20_000, 100_000]
# The most that a page may cost with the last size, as many times as with the first.
BUDGETS = {
    "section, page 200": 1.5,
    "section, last page": 1.5,
    "search": 3,
    "sitemap index": 3,
    "archive": 3,
}
BUDGET = 1.2
ROUNDS = 25


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


def measured(url, size, directory):
    if count(url) == 0:
        archive = directory / f"{size}.jsonl"
        with archive.open("w") as target:
            subprocess.run(
                [sys.executable, ROOT / "bench/archive.py", str(size)],
                stdout=target,
                check=True,
            )
        sys.stdout.write(run("load.py", archive, url=url))
        archive.unlink()
    file = directory / f"{size}.json"
    sys.stdout.write(run("pages.py", ROUNDS, "--json", file, url=url))
    sys.stdout.flush()
    return json.loads(file.read_text())["pages"]


def table(found):
    sizes = sorted(found)
    first, last = found[sizes[0]], found[sizes[-1]]
    head = [f"{size:,} stories" for size in sizes]
    lines = [
        f"| page | statements | {' | '.join(head)} | growth | budget |",
        "|---|" + "---|" * (len(sizes) + 3),
    ]
    for name, row in last.items():
        cells = [
            f"{found[size][name]['cpu']:.1f} + {found[size][name]['database']:.1f}"
            for size in sizes
        ]
        before = first[name]["cpu"] + first[name]["database"]
        growth = (row["cpu"] + row["database"]) / before
        budget = BUDGETS.get(name, BUDGET)
        held = f"{growth:.1f}" if growth <= budget * 1.1 else f"**{growth:.1f}**"
        cells = [name, str(row["statements"]), *cells, held, str(budget)]
        lines.append(f"| {' | '.join(cells)} |")
    clock = "; ".join(
        f"{size:,} stories: {found[size]['search']['p50']:.0f} and "
        f"{found[size]['search']['p99']:.0f} ms"
        for size in sizes
    )
    lines += [
        "",
        f"Milliseconds of CPU a page: of our process + of PostgreSQL. Load at the end "
        f"{os.getloadavg()[0]:.0f} on {os.cpu_count()} cores.",
        "",
        f"Half of the searches, and 99 of 100, took by the clock: {clock}.",
    ]
    return "\n".join(lines)


def main():
    words = sys.argv[1:]
    at = words[words.index("--at") + 1] if "--at" in words else None
    sizes = [int(word) for word in words if word.isdigit()] or SIZES
    found = {}
    with Servers() as servers, tempfile.TemporaryDirectory() as directory:
        if at is None:
            servers.postgres()
        for size in sizes:
            if at is None:
                servers.sql(f"CREATE DATABASE bench{size}")
                url = f"postgres://postgres@127.0.0.1:{servers.pg_port}/bench{size}"
            else:
                url = at.replace("{n}", str(size))
            found[size] = measured(url, size, Path(directory))
    text = table(found)
    sys.stdout.write(f"\n{text}\n")
    if "--write" in words:
        write_table("scale", text, "performance.md")


if __name__ == "__main__":
    main()
