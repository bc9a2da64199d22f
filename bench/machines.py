"""Shows a site on several machines: two web servers and two workers.

    .venv/bin/python bench/machines.py            # the queue in the database
    .venv/bin/python bench/machines.py --celery   # the queue in Celery, a worker killed

Each web server and worker is a process of its own with a port of its own; PostgreSQL,
Redis and the object store are all that they share.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.faults import Work, say, upload
from bench.stack import REDIS, S3, WEB, Stack, address, editor, sign_up, submit

ONE, TWO = WEB, WEB + 1
LETTERS, SIGN_UPS = 2000, 60


def start(stack):
    import boto3

    stack.start_postgres()
    stack.start_redis()
    stack.start_s3()
    stack.start_sink()
    url = f"http://127.0.0.1:{S3}"
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1")
    client.create_bucket(Bucket="pictures")
    work = Work(letters=LETTERS)
    stack.start_web(ONE)
    stack.start_web(TWO)
    return work


def seen(headline, port, seconds=5):
    """How long until a page of this server has the words; None if never."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        page = requests.get(address("/harbour/opens/", port), timeout=20)
        if headline in page.text:
            return time.monotonic() - began
    return None


def pages(browser):
    """A section renamed at one server, read in a story that the other has kept."""
    slowest = 0
    for number in range(5):
        words = f"Harbour {number}"
        for _ in range(3):
            requests.get(address("/harbour/opens/", TWO), timeout=20)
        url = address("/admin/articles/section/1/change/", ONE)
        if submit(browser, url, {"name": words}).status_code != 302:
            return None
        took = seen(words, TWO)
        slowest = max(slowest, 99 if took is None else took)
    return slowest


def sessions(browser):
    """One log-in, asked of both; the statuses."""
    return [
        browser.get(
            address("/admin/", port), timeout=30, allow_redirects=False
        ).status_code
        for port in (ONE, TWO)
    ]


def limits():
    """Sign-ups from one network, by turns at both, until one is refused."""
    for number in range(200):
        answer = requests.post(
            address("/newsletters/sign-up/", (ONE, TWO)[number % 2]),
            data={"email": f"many{number}@example.net", "newsletters": "letter"},
            headers={"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": "192.0.2.1"},
            timeout=30,
            allow_redirects=False,
        )
        if answer.status_code == 429:
            return number
    return None


def main(*, celery):
    stack = Stack(
        STORAGE_URL=f"s3://pictures?endpoint=http://127.0.0.1:{S3}&region=us-east-1",
        MEDIA_URL=f"http://127.0.0.1:{S3}/pictures/",
        AWS_ACCESS_KEY_ID="key",
        AWS_SECRET_ACCESS_KEY="secret",  # noqa: S106 -- of nothing
    )
    if celery:
        os.environ["TASKS_URL"] = f"redis://127.0.0.1:{REDIS}/1"
    try:
        work = start(stack)
        say("| question | measured |\n|---|---|")
        browser = editor("chief")
        say(f"| Saved at one, seen at the other | {pages(browser):.2f} s at most |")
        say(f"| One log-in at both | {sessions(browser)} |")
        say(f"| Sign-ups from one network, at both | {limits()} pass, then 429 |")
        status, _ = upload(browser, "shared")
        workers = [stack.manage("worker", log=f"worker{n}") for n in range(2)]
        for number in range(SIGN_UPS):
            name = f"new{number}"
            if sign_up(name, "letter", (ONE, TWO)[number % 2]).status_code < 400:
                work.signed.append(f"{name}@example.org")
        if celery:
            while len(stack.mails()) < 300:
                time.sleep(0.1)
            stack.kill(workers[0])
            workers[0] = stack.manage("worker", log="worker0")
        work.wait_until_sent()
        work.wait_until_mailed(stack)
        report(work, stack, status, celery=celery)
    finally:
        stack.stop()


def report(work, stack, status, *, celery):
    from django.core.files.storage import default_storage
    from django_tasks_db.models import DBTaskResult

    from articles.models import Picture

    picture = Picture.objects.get()
    for _ in range(60):
        picture.refresh_from_db()
        if picture.renditions:
            break
        time.sleep(1)
    base = (picture.renditions or {}).get("base", "none")
    name = next(iter((picture.renditions or {}).get("bytes", {})), "none")
    with default_storage.open(f"{base}/{name}") as file:
        size = len(file.read())
    say(
        "| A picture uploaded at one, its public files made by a worker, in the store "
        f"| {status}, {size:,} bytes |"
    )
    if not celery:
        shares = Counter()
        rows = DBTaskResult.objects.filter(status="SUCCESSFUL")
        for ids in rows.values_list("worker_ids", flat=True):
            shares[ids[-1]] += 1
        say(f"| Tasks done by each worker | {sorted(shares.values())} |")
    found = work.findings(stack)
    say(
        f"| {LETTERS:,} letters and {len(work.signed)} sign-ups by two workers"
        f"{', one killed' if celery else ''} "
        f"| {'; '.join(found) or 'nothing lost, nothing twice'} |"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--celery", action="store_true")
    main(celery=parser.parse_args().celery)
