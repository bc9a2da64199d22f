"""How often a task is tried, by whichever queue."""

from datetime import timedelta

# How long a task that failed waits before each further attempt.
RETRY_AFTER = [
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=3),
]
MAX_ATTEMPTS = len(RETRY_AFTER) + 1
