"""Breaks real servers under a working site, and looks for what was lost or doubled.

    .venv/bin/python bench/faults.py            # all, about ten minutes
    .venv/bin/python bench/faults.py postgres   # one

Each fault has a site of its own (`bench/stack.py`): granian with two processes, a
worker, PostgreSQL (or SQLite), Redis and a mail server. Editors save drafts through the
admin, readers read and sign up, an issue goes out; then the fault comes, and goes. What
was answered with success must be there afterwards, once. Prints rows of a table.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import requests

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.stack import Stack, address, editor, sign_up, submit  # noqa: E402

READERS = 400
# What was on the wire when its sender died; nobody can know.
ONE_A_KILL = ["1 uncertain", "2 uncertain", "3 uncertain"]


class Work:
    """Editors, readers and an issue on their way; all of it remembered."""

    def __init__(self, *, editors=4, sign_ups=2, readers=1, letters=READERS):
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        self.editors, self.sign_ups, self.readers = editors, sign_ups, readers
        self.letters = letters
        self.until = threading.Event()
        self.statuses = {"save": Counter(), "sign-up": Counter(), "read": Counter()}
        self.slowest = Counter()
        self.saved, self.tried, self.signed = {}, {}, []
        self.recovery = 0
        self.fill()

    def fill(self):
        from django.utils import timezone

        from articles.models import Article, Section
        from newsletter.models import (
            Issue,
            Newsletter,
            Subscriber,
            Subscription,
        )

        now = timezone.now()
        section = Section.objects.create(name="Harbour", slug="harbour")
        self.stories = [
            Article.objects.create(
                section=section,
                headline=f"Draft {number}",
                standfirst="Gulls.",
                slug=f"draft-{number}",
                body="<p>The first boat left at dawn.</p>",
            )
            for number in range(self.editors)
        ]
        live = Article.objects.create(
            section=section,
            headline="Harbour opens",
            standfirst="Gulls.",
            slug="opens",
            body="<p>The first boat left at dawn.</p>",
            pub_status="usable",
            published_at=now,
        )
        self.newsletter = Newsletter.objects.create(name="Letter", slug="letter")
        people = Subscriber.objects.bulk_create(
            Subscriber(email=f"r{n}@example.org", email_folded=f"r{n}@example.org")
            for n in range(self.letters)
        )
        Subscription.objects.bulk_create(
            Subscription(
                subscriber=person, newsletter=self.newsletter, confirmed_at=now
            )
            for person in people
        )
        self.issue = None
        if self.letters:
            self.issue = Issue.objects.create(
                newsletter=self.newsletter,
                subject="Tide",
                slug="tide",
                intro="Good morning.",
                status="scheduled",
                scheduled_at=now,
            )
            self.issue.items.create(article=live, position=0)

    def begin(self):
        self.browsers = [editor(f"editor{n}") for n in range(self.editors)]
        loops = [(self._edit, n) for n in range(self.editors)]
        loops += [(self._sign_up, n) for n in range(self.sign_ups)]
        loops += [(self._read, n) for n in range(self.readers)]
        self.threads = [
            threading.Thread(target=loop, args=(number,)) for loop, number in loops
        ]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.until.set()
        for thread in self.threads:
            thread.join()

    def _count(self, kind, ask):
        began = time.monotonic()
        try:
            status = ask().status_code
        except requests.HTTPError as error:
            status = error.response.status_code
        except requests.RequestException as error:
            status = type(error).__name__
        self.statuses[kind][status] += 1
        self.slowest[kind] = max(self.slowest[kind], time.monotonic() - began)
        return status

    def _edit(self, number):
        story, count = self.stories[number].pk, 0
        url = address(f"/admin/articles/article/{story}/change/")
        while not self.until.wait(0.1):
            count += 1
            headline = f"Draft {number} save {count}"
            self.tried.setdefault(story, []).append(headline)
            status = self._count(
                "save",
                lambda words=headline: submit(
                    self.browsers[number], url, {"headline": words}
                ),
            )
            if status == 302:
                self.saved.setdefault(story, []).append(headline)

    def _sign_up(self, number):
        count = 0
        while not self.until.wait(0.1):
            count += 1
            name = f"new{number}x{count}"
            status = self._count("sign-up", lambda name=name: sign_up(name, "letter"))
            if status in (200, 302, 303):
                self.signed.append(f"{name}@example.org")

    def _read(self, number):
        while not self.until.wait(0.05):
            self._count(
                "read", lambda: requests.get(address("/harbour/opens/"), timeout=40)
            )

    def wait_until_sent(self, seconds=200):
        until = time.monotonic() + seconds
        while self.issue and time.monotonic() < until:
            self.issue.refresh_from_db()
            if self.issue.status in {"sent", "paused"}:
                return
            time.sleep(0.5)

    def wait_until_mailed(self, stack, seconds=200):
        until = time.monotonic() + seconds
        while time.monotonic() < until and set(self.signed) - set(stack.mails()):
            time.sleep(0.5)

    def findings(self, stack):
        """What was lost or doubled, as words; empty where nothing was."""
        from articles.models import Article, Revision

        found = []
        for pk, saved in self.saved.items():
            now = Article.objects.get(pk=pk).headline
            kept = [
                row.content["headline"]
                for row in Revision.objects.filter(article=pk, kind="saved")
            ]
            lost = [words for words in saved if words not in kept]
            twice = [words for words, count in Counter(kept).items() if count > 1]
            if lost or twice or now not in self.tried[pk]:
                found.append(f"story {pk}: lost {lost}, twice {twice}, now {now!r}")
            elif self.tried[pk].index(now) < self.tried[pk].index(saved[-1]):
                found.append(f"story {pk}: {now!r} is older than {saved[-1]!r}")
        mails = Counter(stack.mails())
        if lost := [name for name in self.signed if not mails[name]]:
            found.append(f"{len(lost)} sign-ups without their mail: {lost[:3]}")
        if self.issue:
            rows = dict(
                self.issue.deliveries.values_list("subscriber__email", "status")
            )
            unknown = {name for name, status in rows.items() if status == "unknown"}
            readers = [f"r{n}@example.org" for n in range(self.letters)]
            lost = [name for name in readers if not mails[name]]
            lost = [name for name in lost if name not in unknown]
            if lost:
                waiting = [name for name in lost if rows[name] != "sent"]
                found.append(
                    f"{len(lost)} letters not there, {len(waiting)} of them still "
                    f"wait ({self.issue.status} {self.issue.problem})"
                )
            if unknown:
                found.append(f"{len(unknown)} uncertain")
        if twice := [name for name, count in mails.items() if count > 1]:
            found.append(f"{len(twice)} mails twice: {twice[:3]}")
        return found

    def row(self, name, stack, extra=""):
        """One line of the table."""
        words = []
        for kind, counts in self.statuses.items():
            if counts:
                good = sum(counts[code] for code in (200, 302, 303))
                bad = {k: v for k, v in counts.items() if k not in (200, 302, 303)}
                words.append(
                    f"{good} of {counts.total()} {kind}s"
                    + (f" {bad}" if bad else "")
                    + f", slowest {self.slowest[kind]:.1f} s"
                )
        found = self.findings(stack)
        say(
            f"| {name} | {'; '.join(words)}{extra}; all mails out after "
            f"{self.recovery:.0f} s "
            f"| {'; '.join(found) or 'nothing lost, nothing twice'} |"
        )
        return found


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def begin(stack, **options):
    """A whole site at work, its parts in the order in which they need each other."""
    stack.start_postgres()
    stack.redis = stack.start_redis()
    stack.start_sink()
    work = Work(**options)
    stack.start_web()
    stack.worker = stack.manage("worker")
    work.begin()
    return work


def settle(work, stack):
    from django.db import connection

    time.sleep(10)
    work.end()
    connection.close()  # the database may be another process by now
    began = time.monotonic()
    work.wait_until_sent()
    work.wait_until_mailed(stack)
    work.recovery = time.monotonic() - began


def postgres(stack):
    """PostgreSQL restarted, then crashed and away for five seconds."""
    work = begin(stack)
    time.sleep(5)
    stack.stop_postgres("fast")
    stack.start_postgres()
    time.sleep(4)
    stack.stop_postgres("immediate")
    time.sleep(5)
    stack.start_postgres()
    settle(work, stack)
    lived = stack.worker.poll() is None
    found = work.row(
        "PostgreSQL restarted, then crashed and away for 5 s",
        stack,
        f"; the worker {'lived' if lived else 'died'}",
    )
    return [words for words in found if words not in ONE_A_KILL]


def redis(stack):
    """Redis killed, and back after eight seconds."""
    work = begin(stack)
    time.sleep(4)
    stack.kill(stack.redis)
    time.sleep(8)
    stack.start_redis()
    settle(work, stack)
    return work.row("Redis killed, back after 8 s", stack)


def smtp(stack):
    """The mail server away in the middle of an issue."""
    work = begin(stack, letters=4000)
    while len(stack.mails()) < 500:
        time.sleep(0.1)
    stack.stop_sink()
    time.sleep(8)
    stack.start_sink()
    settle(work, stack)
    # What waits for its next attempt has its time moved here.
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from newsletter.models import Delivery

    DBTaskResult.objects.ready().update(run_after=timezone.now())
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    Delivery.objects.filter(status="pending").update(due_at=timezone.now())
    work.wait_until_sent()
    work.wait_until_mailed(stack)
    return work.row("Mail server away for 8 s, in the middle of 4,000 letters", stack)


def worker(stack):
    """Workers killed in the middle of an issue, three times."""
    work = begin(stack, letters=3000)
    for kill in range(3):
        while len(stack.mails()) < 400 * (kill + 1):
            time.sleep(0.05)
        stack.kill(stack.worker)
        stack.worker = stack.manage("worker")
    settle(work, stack)
    found = work.row("Worker killed (SIGKILL) 3 times, in 3,000 letters", stack)
    return [words for words in found if words not in ONE_A_KILL]


def clock(stack):
    """A second worker whose clock is an hour ahead, then one an hour behind."""
    work = begin(stack, letters=3000)
    for change in ["+1h", "-1h"]:
        odd = stack.manage("worker", before=["faketime", "-f", change])
        time.sleep(5)
        stack.kill(odd, 15)
    settle(work, stack)
    found = subprocess.run(
        ["faketime", "-f", "+1h", sys.executable, "manage.py", "doctor"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    noticed = "seconds apart" in found and "broken   Clock" in found
    return work.row(
        "A second worker's clock 1 h ahead, then 1 h behind",
        stack,
        f"; doctor {'notices' if noticed else 'notices nothing'}",
    )


def sqlite(stack):
    """Twenty writers on SQLite for half a minute: editors, sign-ups, an issue."""
    os.environ["DATABASE_URL"] = f"sqlite:///{stack.directory}/site.sqlite3"
    stack.start_sink()
    stack.start_redis()
    work = Work(editors=10, sign_ups=10)
    stack.start_web()
    stack.worker = stack.manage("worker")
    work.begin()
    time.sleep(30)
    settle(work, stack)
    locked = sum("database is locked" in line for line in stack.errors())
    return work.row(
        "SQLite: 10 editors and 10 readers who sign up, as fast as it goes, 30 s",
        stack,
        f"; “database is locked” {locked} times",
    )


def picture(words=""):
    import io

    from PIL import Image

    noise = random.Random(words).randbytes(900 * 600 * 3)  # noqa: S311
    file = io.BytesIO()
    Image.frombytes("RGB", (900, 600), noise).save(file, "JPEG", quality=92)
    return file.getvalue()


def upload(browser, words):
    answer = submit(
        browser,
        address("/admin/articles/picture/add/"),
        {"alt_text": words, "caption": words, "credit_line": "A Person"},
        files={"upload": (f"{words}.jpg", picture(words), "image/jpeg")},
    )
    return answer.status_code, answer.text


def _uploads(name, stack, *, breaks, mends):
    """One upload before, three during and one after a fault of the storage."""
    from django.core.files.storage import storages

    from articles.models import Picture

    browser = editor("editor")
    before = upload(browser, "before")[0]
    breaks()
    during = [upload(browser, f"during{n}") for n in range(3)]
    rows = Picture.objects.filter(alt_text__startswith="during").count()
    mends()
    after = upload(browser, "after")[0]
    orphans = 0
    for row in Picture.objects.all():
        if not storages["originals"].exists(row.original.name):
            orphans += 1
    kind = all(status == 200 and "errorlist" in text for status, text in during)
    found = []
    if (before, after) != (302, 302):
        found.append(f"before {before}, after {after}")
    if not kind:
        found.append(f"during: {[status for status, _ in during]}")
    if rows or orphans:
        found.append(f"{rows} rows of refused files, {orphans} rows without a file")
    said = "the form says so and keeps what was typed" if kind else "not told kindly"
    say(
        f"| {name} | 3 uploads refused: {said}; before and after they pass "
        f"| {'; '.join(found) or 'no row without its file'} |"
    )
    return found


def disk(stack):
    """A disk that is full when editors upload."""
    place = stack.directory / "files"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", str(place)]
    subprocess.run(mount, check=True)
    try:
        stack.start_postgres()
        stack.start_redis()
        Work(letters=0)
        stack.start_web()
        filler = place / "filler"

        def fill():
            with filler.open("wb") as file:
                try:
                    while True:
                        file.write(b"x" * 65536)
                        file.flush()
                except OSError:
                    pass

        return _uploads(
            "Disk full on upload (tmpfs)", stack, breaks=fill, mends=filler.unlink
        )
    finally:
        stack.stop()
        subprocess.run(["umount", "-l", str(place)], check=True)


def s3(stack):
    """An object store that is away, and one that refuses."""
    os.environ.update(
        {
            "STORAGE_URL": f"s3://pictures?endpoint=http://127.0.0.1:{stack_s3()}"
            "&region=us-east-1",
            "MEDIA_URL": f"http://127.0.0.1:{stack_s3()}/pictures/",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
    )
    import boto3

    stack.start_postgres()
    stack.start_redis()
    server = stack.start_s3()
    url = f"http://127.0.0.1:{stack_s3()}"
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1")
    client.create_bucket(Bucket="pictures")
    Work(letters=0)
    stack.start_web()

    def refuse():
        for entry in client.list_objects_v2(Bucket="pictures").get("Contents", []):
            client.delete_object(Bucket="pictures", Key=entry["Key"])
        client.delete_bucket(Bucket="pictures")

    def back():
        client.create_bucket(Bucket="pictures")
        from articles.models import Picture

        # Their files went with the bucket.
        Picture.objects.all().delete()

    found = _uploads("S3 refuses (no such bucket)", stack, breaks=refuse, mends=back)

    def away():
        stack.kill(server)

    def again():
        stack.start_s3()
        client.create_bucket(Bucket="pictures")
        from articles.models import Picture

        Picture.objects.all().delete()

    return found + _uploads("S3 away", stack, breaks=away, mends=again)


def stack_s3():
    from bench.stack import S3

    return S3


def deploys(stack):
    """Three servers that start and migrate an empty database at once."""
    stack.start_postgres()
    found = []
    for url in [
        os.environ["DATABASE_URL"],
        f"sqlite:///{stack.directory}/two.sqlite3",
    ]:
        runs = [
            stack.manage("migrate", "-v0", DATABASE_URL=url, log=f"migrate{n}")
            for n in range(3)
        ]
        codes = [process.wait(180) for process in runs]
        check = stack.manage("migrate", "--check", "-v0", DATABASE_URL=url).wait()
        kind = url.split(":")[0]
        if codes != [0, 0, 0] or check:
            found.append(f"{kind}: {codes}, migrated: {not check}")
    say(
        "| Three deploys migrate an empty database at once, PostgreSQL and SQLite "
        "| one migrates, the others wait and find nothing to do "
        f"| {'; '.join(found) or 'all end with 0, all migrations applied'} |"
    )
    return found


FAULTS = {
    check.__name__: check
    for check in [postgres, redis, disk, s3, smtp, worker, clock, deploys, sqlite]
}


def main(names):
    if len(names) > 1:
        say("| fault | meanwhile | afterwards |\n|---|---|---|")
        command = [sys.executable, __file__]
        codes = [subprocess.run([*command, name], check=False) for name in names]
        return max(done.returncode for done in codes)
    stack = Stack()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        found = FAULTS[names[0]](stack)
        for line in stack.errors()[:3] if "-v" in sys.argv else ():
            sys.stderr.write(line[:3000] + "\n")
    finally:
        stack.stop()
    return bool(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*FAULTS, []], default=[])
    parser.add_argument("-v", action="store_true", help="also the site's first errors")
    sys.exit(main(parser.parse_args().names or list(FAULTS)))
