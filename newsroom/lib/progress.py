"""One line of the terminal that says how far it is."""

import time

SECONDS_BETWEEN = 0.2


class Progress:
    """Called with what is being done and how many; writes a few times a second.

    Only a terminal is written to: a log of cron would keep every line.
    """

    def __init__(self, stdout, *, is_shown):
        self.stdout = stdout
        self.is_shown = is_shown and stdout.isatty()
        self.next_at = 0.0
        self.is_open = False

    def __call__(self, subject, count):
        if not self.is_shown or time.monotonic() < self.next_at:
            return
        self.next_at = time.monotonic() + SECONDS_BETWEEN
        self.is_open = True
        self.stdout.write(f"{subject}: {count:,}".ljust(70), ending="\r")
        self.stdout.flush()

    def end(self):
        """Leave the line, so that the next words begin on their own."""
        if self.is_open:
            self.stdout.write("")
            self.is_open = False
