"""Kills (SIGKILL) each command that brings something in, runs it again, and compares.

.venv/bin/python bench/killed.py [COMMAND …] [--rows N] [--postgres NAME]

Each command runs once to its end on one database, and on another is killed four times
on its way before it may end. Both must hold the same rows and files; a further run must
change nothing. SQLite files, or with --postgres a database of that name, which is made
anew each time, on 127.0.0.1.
"""

import argparse
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
os.environ.setdefault("SECRET_KEY", "of-a-bench-" + "0123456789" * 5)
PARTS = [0.2, 0.4, 0.6, 0.75]
# Given by the clock or by chance, so no part of what a site is.
CLOCKS = {
    "at", "changed_at", "created_at", "received_at", "requested_at", "uploaded_at",
    "started_at", "finished_at", "last_used_at", "id", "original", "public_base",
    "renditions", "read_at", "read_until", "story_version", "uuid", "token", "key",
    "done_count", "total_count", "target", "object_id", "position", "content",
}  # fmt: skip
# Log-ins, the queue, and what accounts for each run: three runs leave three accounts.
NOT_OURS = {
    "ContentType", "Permission", "DBTaskResult", "Session", "LogEntry", "ImportRun",
    "ImportedItem",
}  # fmt: skip
# What a reference says, whatever number its row has.
NAMES = {
    "Article": "headline", "Author": "name", "Tag": "name", "Section": "slug",
    "Picture": "content_hash", "Subscriber": "email", "Newsletter": "slug",
    "WireSource": "name",
}  # fmt: skip


def say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


# The state of a site, in a process of its own -----------------------------------------


def state():
    """Print the digest of every row and file, and the number of rows by model."""
    import django

    django.setup()
    from django.apps import apps
    from django.conf import settings

    digest, counts = hashlib.sha256(), {}
    for model in sorted(apps.get_models(), key=lambda model: model.__name__):
        if model.__name__ in NOT_OURS:
            continue
        fields = []
        for field in model._meta.concrete_fields:  # noqa: SLF001 - documented API
            target = field.related_model and NAMES.get(field.related_model.__name__)
            if target:
                fields.append(f"{field.name}__{target}")
            elif not field.related_model and field.name not in CLOCKS:
                fields.append(field.name)
        rows = sorted(map(repr, model._base_manager.values_list(*fields)))  # noqa: SLF001
        if rows:
            counts[model.__name__] = len(rows)
        digest.update(f"{model.__name__} {rows}".encode())
    media = Path(settings.MEDIA_ROOT if not os.environ.get("STORAGE_URL") else
                 os.environ["STORAGE_URL"].removeprefix("file://"))  # fmt: skip
    private = media.with_name(f"{media.name}-originals")
    files = [path for top in (media, private) if top.exists()
             for path in top.rglob("*") if path.is_file()]  # fmt: skip
    originals = [path for path in files if path.suffix in {".jpg", ".png"}]
    sums = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in originals)
    digest.update(repr(sums).encode())
    counts["files"] = len(sums)
    say(json.dumps([digest.hexdigest()[:16], counts]))


# Sites --------------------------------------------------------------------------------


class Site:
    """A database and a directory of files, with the commands run on them."""

    def __init__(self, work, name, postgres):
        self.work, self.name, self.postgres = work, name, postgres
        self.media = work / name / "media"
        self.env = {
            **os.environ,
            "DATABASE_URL": f"postgres://postgres@127.0.0.1:5432/{postgres}_{name}"
            if postgres
            else f"sqlite:///{work}/{name}/db.sqlite3",
            "STORAGE_URL": f"file://{self.media}",
            "WIRE_FOLDER": str(work / "wire"),
            "DEBUG": "0",
        }

    def make(self, template=None):
        shutil.rmtree(self.work / self.name, ignore_errors=True)
        self.media.mkdir(parents=True)
        if self.postgres:
            self._psql(f'DROP DATABASE IF EXISTS "{self.postgres}_{self.name}"')
            made_from = (
                f' TEMPLATE "{self.postgres}_{template.name}"' if template else ""
            )
            self._psql(f'CREATE DATABASE "{self.postgres}_{self.name}"{made_from}')
        elif template:
            shutil.copy(template.work / template.name / "db.sqlite3",
                        self.work / self.name / "db.sqlite3")  # fmt: skip
        if template is None:
            self.run("migrate", "-v", "0")
        return self

    def remove(self):
        if self.postgres:
            self._psql(f'DROP DATABASE IF EXISTS "{self.postgres}_{self.name}"')

    def _psql(self, words):
        subprocess.run(
            ["psql", "-qh", "127.0.0.1", "-U", "postgres", "-c", words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start(self, *words):
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *map(str, words)],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def run(self, *words, may_fail=False):
        """Run a command to its end; return its seconds and its CPU seconds."""
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        process = self.start(*words)
        errors = process.communicate()[1].decode()
        if process.returncode and not may_fail:
            sys.exit(f"{words[0]} failed: {errors[-2000:]}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return time.monotonic() - began, cpu

    def shell(self, words):
        self.run("shell", "-v", "0", "-c", words)

    def state(self):
        found = subprocess.run(
            [sys.executable, __file__, "--state"],
            env=self.env,
            check=True,
            capture_output=True,
        )
        return json.loads(found.stdout)


def kill_on_the_way(site, words, seconds, start):
    """Start the command and kill it after each part of its time, until it ends once.

    Returns how often it was killed, and whether it came to its end. `start` are the
    seconds that any command takes before it does something.
    """
    killed = 0
    for part in PARTS:
        process = site.start(*words)
        try:
            process.wait(start + (seconds - start) * part)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        process.stderr.close()
        if process.returncode == 0:
            return killed, True
    return killed, False


# What is brought in -------------------------------------------------------------------


def write_ghost(path, rows):
    posts = [
        {
            "id": f"g{number}", "title": f"Story {number} of the ferry",
            "slug": f"story-{number}", "status": "published" if number % 9 else "draft",
            "html": f"<p>Ferry {number}.</p>" + "<p>It sailed again at noon.</p>" * 20,
            "published_at": f"2024-0{1 + number % 9}-01T10:00:00.000Z",
        }
        for number in range(rows)
    ]  # fmt: skip
    tags = [{"id": f"t{number}", "name": f"Topic {number}", "slug": f"topic-{number}"}
            for number in range(20)]  # fmt: skip
    links = [{"post_id": f"g{number}", "tag_id": f"t{number % 20}", "sort_order": 0}
             for number in range(rows)]  # fmt: skip
    data = {"posts": posts, "tags": tags, "posts_tags": links, "users": []}
    path.write_text(json.dumps({"db": [{"data": data}]}))


def write_wire(folder, rows):
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for number in range(8):
        Image.new("RGB", (1200, 800), (number * 20, 90, 120)).save(
            folder / f"{number}.jpg"
        )
    for number in range(rows):
        is_picture = number % 40 == 0
        item = {
            "uri": f"urn:agency:{number // 2}", "version": str(1 + number % 2),
            "headline": f"Item {number // 2} of the wire", "pubstatus": "usable",
            "body_html": f"<p>Version {number % 2}.</p>",
            "byline": f"By Ada {number % 30}",
        }  # fmt: skip
        if is_picture:
            file = f"{number // 40 % 8}.jpg"
            item |= {"uri": f"urn:picture:{number}", "type": "picture",
                     "renditions": {"main": {"href": file}}}  # fmt: skip
        path = folder / f"{number:05}.json"
        path.write_text(json.dumps(item))


def generated(script, path, rows):
    with path.open("w") as file:
        subprocess.run(
            [sys.executable, ROOT / "bench" / script, str(rows)],
            stdout=file,
            check=True,
        )
    return path


def prepared(command, work, rows):
    """(The words of a command, what a site needs before it)."""
    if command == "import_articles":
        return [command, generated("archive.py", work / "articles.jsonl", rows)], ""
    if command == "import_wxr":
        path = generated("wxr.py", work / "export.xml", rows)
        return [command, path, "--no-fetch", "-v", "0"], ""
    if command == "import_ghost":
        write_ghost(work / "ghost.json", rows)
        return ["import_ghost", work / "ghost.json", "--no-fetch", "-v", "0"], ""
    if command == "import_wire":
        write_wire(work / "wire" / "agency", max(80, rows // 10))
        time.sleep(6)  # a file that was changed just now is not read yet
        return ["import_wire"], (
            "from articles.models import Section, WireSource\n"
            "section = Section.objects.create(name='News', slug='news')\n"
            "WireSource.objects.create(name='Agency', folder='agency', section=section,"
            " makes_drafts=True, takes_pictures=True)"
        )
    if command == "import_subscribers":
        lines = [f"reader{number}@example.org,2024-03-01 10:00,"
                 f"{'2025-01-01 10:00' if number % 7 == 0 else ''}"
                 for number in range(rows)]  # fmt: skip
        path = work / "list.csv"
        path.write_text("email,confirmed_at,unsubscribed_at\n" + "\n".join(lines))
        return ["import_subscribers", "weekly", path], (
            "from newsletter.models import Newsletter\n"
            "Newsletter.objects.create(name='Weekly', slug='weekly')"
        )
    return [command, work / "sets", "-v", "0"], ""


def compare(command, work, options, empty):
    words, before = prepared(command, work, options.rows)
    start = empty.run("showmigrations", "auth")[0]
    whole = Site(work, "whole", options.postgres).make(empty)
    broken = Site(work, "broken", options.postgres).make(empty)
    if command == "restore":
        source = Site(work, "source", options.postgres).make(empty)
        source.run(*prepared("import_articles", work, options.rows)[0])
        source.run("seed_demo", "--force", "-v", "0")
        killed, is_whole = kill_on_the_way(
            source, ["backup", work / "sets", "-v", "0"],
            source.run("backup", work / "tried", "-v", "0")[0], start,
        )  # fmt: skip
        left = len(list((work / "sets").glob("newsroom-*")))
        source.run("backup", work / "sets", "-v", "0")
        parts = list((work / "sets").glob(".newsroom-*"))
        say(f"backup: killed {killed} times, came to its end: {is_whole}; whole sets "
            f"then: {left}; left over after the next: {len(parts)}")  # fmt: skip
    if before:
        whole.shell(before)
        broken.shell(before)
    seconds, cpu = whole.run(*words)
    killed, _ = kill_on_the_way(broken, words, seconds, start)
    between = broken.state()[1]
    # A restore that was killed after its commit is refused: the site is not empty.
    broken.run(*words, may_fail=command == "restore")
    expected, found = whole.state(), broken.state()
    say(
        f"{command}: {seconds:.1f} s, CPU {cpu:.1f} s; killed {killed} times, with "
        f"{sum(between.values()):,} of {sum(expected[1].values()):,} rows and files "
        f"there; the same in the end: {found[0] == expected[0]}"
    )
    if found[0] != expected[0]:
        say(f"  {expected}\n  {found}")
    if command == "restore":
        same = source.state()
        say(f"  the same as what was saved: {same[0] == found[0]}")
        if same[0] != found[0]:
            say(f"  {same}\n  {found}")
        source.remove()
    else:
        broken.run(*words)
        say(f"  once more changes nothing: {broken.state()[0] == found[0]}")
    for site in (whole, broken):
        site.remove()
    return found[0] == expected[0]


COMMANDS = ["import_articles", "import_wxr", "import_ghost", "import_wire",
            "import_subscribers", "restore"]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("commands", nargs="*", metavar="COMMAND")
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--postgres", default="", metavar="NAME")
    parser.add_argument("--state", action="store_true")
    options = parser.parse_args()
    if options.state:
        state()
        return
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        empty = Site(work, "empty", options.postgres).make()
        try:
            wanted = options.commands or COMMANDS
            done = [compare(name, work, options, empty) for name in wanted]
        finally:
            empty.remove()
    sys.exit(0 if all(done) else 1)


if __name__ == "__main__":
    main()
