"""Sends the same number of mails with django-newsletter, for comparison.

    python3 -m venv /tmp/peer
    /tmp/peer/bin/pip install django-newsletter sorl-thumbnail
    /tmp/peer/bin/python bench/peer.py 5000

It runs in that environment and knows nothing of Newsroom; the mail server is that of
`bench/letters.py`. An issue of six stories goes to readers on SQLite, as it does there.
"""

import os
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import django
from django.conf import settings
from sink import start_sink  # beside this file; our own apps must not be found

PORT = int(os.environ.get("SINK_PORT", "8189"))
DIRECTORY = Path(tempfile.mkdtemp(prefix="peer-"))

settings.configure(
    SECRET_KEY="only-for-this-comparison-" * 3,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DIRECTORY / "peer.sqlite3",
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;"},
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sites",
        "sorl.thumbnail",
        "newsletter",
    ],
    SITE_ID=1,
    ROOT_URLCONF="newsletter.urls",
    TEMPLATES=[
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
    ],
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=PORT,
    NEWSLETTER_THUMBNAIL="sorl-thumbnail",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)


def main(count):
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    log = DIRECTORY / "log"
    sink = start_sink(PORT, log, faults=False)
    submission = fill(count)
    began, cpu = time.perf_counter(), time.process_time()
    submission.submit()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    taken = len(log.read_text().split())
    sink.terminate()
    sys.stdout.write(
        f"django-newsletter {version('django-newsletter')}, "
        f"Django {version('django')}: "
        f"{taken:,} mails, {taken / wall:.0f} a second, "
        f"{cpu / taken * 1000:.2f} ms of CPU a mail\n"
    )


def fill(count):
    """Readers, a message of six articles, and its submission."""
    from django.contrib.sites.models import Site
    from django.utils import timezone

    from newsletter.models import (
        Article,
        Message,
        Newsletter,
        Submission,
        Subscription,
    )

    newsletter = Newsletter.objects.create(
        title="Harbour Letter", slug="harbour", email="l@example.org", sender="Harbour"
    )
    newsletter.site.add(Site.objects.get_current())
    Subscription.objects.bulk_create(
        Subscription(
            newsletter=newsletter,
            email_field=f"reader{number}@example.org",
            subscribed=True,
            subscribe_date=timezone.now(),
            activation_code=f"{number:040}",
        )
        for number in range(count)
    )
    message = Message.objects.create(
        newsletter=newsletter, title="What the tide brought", slug="tide"
    )
    for number in range(6):
        Article.objects.create(
            post=message,
            title=f"Harbour opens for the {number}th time after the long winter",
            text="The ferries are back, and so are the gulls. " * 4,
            url="https://news.example/harbour/",
            sortorder=10 * (number + 1),
        )
    return Submission.from_message(message)


if __name__ == "__main__":
    main(int(sys.argv[1]))
