import mailbox
import sys
from contextlib import closing
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from newsletter import outcomes, returns


class Command(BaseCommand):
    help = (
        "Read mails that came back: bounces and complaints. FILE is one mail, an mbox "
        "or a Maildir directory; - reads one mail from standard input, as a mail "
        "server's alias gives it. Reading a mail again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument(
            "--by-address",
            action="store_true",
            help="take a mail that names no mail of ours for the newest one to the "
            "address that it says failed; anybody can write such a mail, so only for "
            "a mailbox that you have looked through",
        )

    def handle(self, *, file, by_address, **options):
        counts = {"noted": 0, "not ours": 0, "no report": 0}
        for raw in _mails(file):
            report = returns.read(raw)
            if report is None:
                counts["no report"] += 1
            else:
                is_noted = outcomes.take_note(report, by_address=by_address)
                counts["noted" if is_noted else "not ours"] += 1
        words = [f"{count} {name}" for name, count in counts.items()]
        self.stdout.write(", ".join(words))


def _mails(file):
    """The bytes of each mail. Raises CommandError."""
    if file == "-":
        return [sys.stdin.buffer.read()]
    path = Path(file)
    if path.is_dir():
        return [mail.as_bytes() for mail in mailbox.Maildir(path, create=False)]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    if content.startswith(b"From "):
        with closing(mailbox.mbox(path, create=False)) as box:
            return [mail.as_bytes() for mail in box]
    return [content]
