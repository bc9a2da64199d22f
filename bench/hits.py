"""What a kept page costs, what a start costs, what memory a worker takes.

bench/hits.py [--write]    needs wrk, granian, nginx and Redis

The measure is the CPU of the processes asked, not the clock.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.servers import (
    HOST,
    Servers,
    cpu_seconds,
    free_port,
    memory_mib,
    write_table,
)

SECONDS = 4
ROUNDS = 3


def cost(process, url, *headers):
    """Milliseconds of CPU of a server for one request, the median of some rounds."""
    found = []
    for _ in range(ROUNDS):
        command = ["wrk", "-t1", "-c2", f"-d{SECONDS}s"]
        for header in headers:
            command += ["-H", header]
        before = cpu_seconds(process.pid)
        said = subprocess.run(
            [*command, url], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        if "Non-2xx" in said:
            raise SystemExit(f"{url}: {said}")
        count = int(re.search(r"(\d+) requests in", said)[1])
        found.append((cpu_seconds(process.pid) - before) / count * 1000)
    return sorted(found)[ROUNDS // 2]


def granian(servers, name, target, port):
    command = [sys.executable, "-m", "granian", target, "--interface", "wsgi"]
    command += ["--no-ws", "--workers", "1", "--blocking-threads", "1"]
    command += ["--log-level", "warning", "--host", "127.0.0.1", "--port", port]
    return servers.start(name, command, port=port)


def cold(servers, port):
    """CPU seconds from the start to the first page, and the worker's memory."""
    process = granian(servers, "cold", "newsroom.wsgi:application", port)
    url = f"http://127.0.0.1:{port}/"
    subprocess.run(
        ["curl", "-sf", "--retry", "9", "--retry-all-errors", "-o", "/dev/null", url],
        check=True,
    )
    used = cpu_seconds(process.pid)
    for path in ("/feed/", "/tags/", "/archive/", "/search/?q=ferry", "/") * 20:
        subprocess.run(["curl", "-sf", "-o", "/dev/null", url + path[1:]], check=True)
    worker = max(memory_mib(process.pid).values())
    servers.kill("cold")
    return used, worker


def main():
    with Servers() as servers:
        servers.postgres()
        servers.archive(500)
        port = free_port()
        started, worker = cold(servers, port)
        rows = [
            ("From start to first page", f"{started:.1f} s", "2.5 s", started / 2.5),
            ("Memory of a web process", f"{worker:.0f} MiB", "150 MiB", worker / 150),
        ]
        bare_port = free_port()
        bare = granian(servers, "bare", "bench.bare:application", bare_port)
        least = cost(bare, f"http://127.0.0.1:{bare_port}/")
        rows.append(("A constant page of bare Django", f"{least:.3f} ms", "–", 0))
        for name in ("own memory", "Redis"):
            if name == "Redis":
                servers.redis()
            site = granian(servers, "site", "newsroom.wsgi:application", port)
            hit = cost(site, f"http://127.0.0.1:{port}/", "Accept-Encoding: gzip")
            times = hit / least
            rows.append(
                (
                    f"A kept page of the site, in {name}",
                    f"{hit:.3f} ms, {times:.1f} times as much",
                    "2.5 times",
                    times / 2.5,
                )
            )
            servers.kill("site")
        servers.behind_nginx()
        servers.environment["WEB_WORKERS"] = "1"
        servers.site(workers=1)
        nginx = servers.nginx()
        base = f"https://127.0.0.1:{servers.nginx_port}"
        page = servers.through_nginx("/", Accept_Encoding="gzip")[2]
        file = servers.static_file(page)
        try:
            host = f"Host: {HOST}"
            static = cost(nginx, f"{base}/static/{file.name}", host)
            kept = cost(nginx, f"{base}/", host, "Accept-Encoding: gzip")
        finally:
            file.unlink()
        times = kept / static
        name = f"A static file of {len(page):,} bytes, nginx"
        rows.append((name, f"{static:.3f} ms", "–", 0))
        rows.append(
            (
                "A kept page, nginx",
                f"{kept:.3f} ms, {times:.2f} times as much",
                "1.15 times",
                times / 1.15,
            )
        )
    lines = ["| what | CPU | wanted |", "|---|---|---|"]
    for name, found, wanted, part in rows:
        shown = f"**{found}**" if part > 1.03 else found
        lines.append(f"| {name} | {shown} | {wanted} |")
    lines += [
        "",
        f"Load at the end {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores.",
    ]
    text = "\n".join(lines)
    sys.stdout.write(text + "\n")
    if "--write" in sys.argv:
        write_table("hits", text, "performance.md")


if __name__ == "__main__":
    main()
