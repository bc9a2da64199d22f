"""Kills newsletter senders while they send, then times one that is left alone.

    DATABASE_URL=… bench/letters.py 15000 [--kills 14]

The database must be empty and is filled with readers. Two `send_due_issues` run at
once against a mail server that refuses, delays and hangs up; each kill is a SIGKILL at
a random moment. At the end the server's log is compared with the list of readers.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from zlib import crc32

ROOT = Path(__file__).parents[1]
PORT = int(os.environ.get("SINK_PORT", "8189"))
sys.path.insert(0, str(ROOT))
os.environ["EMAIL_NEWS_URL"] = f"smtp://127.0.0.1:{PORT}"
# What a kill leaves uncertain stays so, and is counted.
os.environ["NEWSLETTER_RESEND_UNCERTAIN"] = "false"
os.environ["TASKS_URL"] = "immediate://"
os.environ["LOG_LEVEL"] = "CRITICAL"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django  # noqa: E402 - after the environment

django.setup()

from django.core.management import call_command  # noqa: E402 - after the setup
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles.models import Article, Section  # noqa: E402
from bench.sink import start_sink  # noqa: E402
from newsletter import sending  # noqa: E402
from newsletter.models import (  # noqa: E402
    Issue,
    Newsletter,
    Subscriber,
    Subscription,
)


def main(count, kills):
    directory = Path(tempfile.mkdtemp(prefix="letters-"))
    sink = start_sink(PORT, directory / "faults", faults=True)
    issue = fill(count)
    began = time.perf_counter()
    killed = kill_while_sending(issue, kills)
    report(issue, directory / "faults", killed, time.perf_counter() - began)
    sink.terminate()
    sink.join()
    sink = start_sink(PORT, directory / "quiet", faults=False)
    measure(directory / "quiet")
    sink.terminate()


def fill(count):
    """Readers, a newsletter of six stories and an issue that is due."""
    call_command("migrate", verbosity=0)
    if Subscriber.objects.exists():
        raise SystemExit("Start from an empty database.")
    newsletter = Newsletter.objects.create(name="Harbour Letter", slug="harbour")
    now = timezone.now()
    for start in range(0, count, 1000):
        addresses = [
            f"reader{number}@example.org" for number in range(start, start + 1000)
        ]
        readers = Subscriber.objects.bulk_create(
            Subscriber(email=address, email_folded=address) for address in addresses
        )
        Subscription.objects.bulk_create(
            Subscription(subscriber=reader, newsletter=newsletter, confirmed_at=now)
            for reader in readers
        )
    section = Section.objects.create(name="Harbour", slug="harbour")
    for number in range(6):
        Article.objects.create(
            section=section,
            headline=f"Harbour opens for the {number}th time after the long winter",
            standfirst="The ferries are back, and so are the gulls. " * 4,
            slug=f"harbour-{number}",
            body="<p>The first boat left at dawn.</p>",
            pub_status="usable",
            published_at=now,
        )
    return make_issue(newsletter)


def make_issue(newsletter):
    issue = Issue.objects.create(
        newsletter=newsletter,
        subject="What the tide brought",
        slug=f"tide-{Issue.objects.count()}",
        intro="Good morning from the quay. " * 20,
        status="scheduled",
        scheduled_at=timezone.now(),
    )
    for number, story in enumerate(Article.objects.all()):
        issue.items.create(article=story, position=number)
    return issue


def start_sender():
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "send_due_issues"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_while_sending(issue, kills):
    """Keep two senders running until the issue is sent; kill some on the way."""
    senders, killed = [start_sender(), start_sender()], 0
    next_kill = time.monotonic() + 4
    issue.refresh_from_db()
    while issue.status != "sent":
        time.sleep(0.1)
        senders = [row if row.poll() is None else start_sender() for row in senders]
        if killed < kills and time.monotonic() > next_kill:
            victim = random.randrange(2)  # noqa: S311 - no secret
            before = sent(issue)
            time.sleep(random.uniform(0, 0.3))  # noqa: S311
            if sent(issue) > before:  # it is at work, not starting
                os.kill(senders[victim].pid, signal.SIGKILL)
                senders[victim].wait()
                killed += 1
                next_kill = time.monotonic() + random.uniform(0.2, 1)  # noqa: S311
        issue.refresh_from_db()
        if issue.status == "paused":
            raise SystemExit(f"It paused: {issue.problem}")
    for sender in senders:
        sender.terminate()
    return killed


def sent(issue):
    return issue.deliveries.filter(status="sent").count()


def report(issue, log, killed, seconds):
    got = Counter(log.read_text().split())
    rows = Counter(issue.deliveries.values_list("status", flat=True))
    settled = dict(issue.deliveries.values_list("subscriber__email", "status"))
    refused = {address for address, status in settled.items() if status == "failed"}
    unknown = {address for address, status in settled.items() if status == "unknown"}
    missing = set(settled) - set(got)
    late = sum(crc32(address.encode()) % 4000 == 4 for address in settled)
    write(
        f"{connection.vendor}: {len(settled):,} readers, {killed} senders killed, "
        f"{seconds:.0f} s with restarts and leases"
    )
    write(f"  rows: {dict(rows)}; {late} mails were taken and then hung up on")
    write(f"  got it twice: {sum(count > 1 for count in got.values())}")
    write(
        f"  never got it: {len(missing)}, of them refused {len(missing & refused)}, "
        f"uncertain {len(missing & unknown)}, "
        f"lost {len(missing - refused - unknown)}"
    )
    write(f"  uncertain and arrived: {len(unknown & set(got))}")


def measure(log):
    """One sender, alone, with nothing going wrong."""
    make_issue(Newsletter.objects.get())
    began, cpu = time.perf_counter(), time.process_time()
    sending.run()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    count = len(log.read_text().split())
    write(
        f"  alone: {count:,} mails, {count / wall:.0f} a second, "
        f"{cpu / count * 1000:.2f} ms of CPU a mail"
    )


def write(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--kills", type=int, default=14)
    arguments = parser.parse_args()
    main(arguments.count, arguments.kills)
