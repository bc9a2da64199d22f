"""How something is asked, and what was found."""

import threading
from typing import NamedTuple

from newsroom import health

OK, WARNING, BROKEN, UNKNOWN = "ok", "warning", "broken", "unknown"

# Seconds for one question.
PATIENCE = 10


class Finding(NamedTuple):
    """One sentence about one thing; `do` is what helps."""

    level: str
    subject: str
    says: str
    do: str = ""


def said(error):
    """An error in one line."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}"[:300].rstrip(".: ")


def within(seconds, ask):
    """What `ask` returns, or TimeoutError: some clients wait for minutes.

    It runs in a thread of its own, so it must not use the database.
    """
    found = {}

    def run():
        try:
            found["answer"] = ask()
        except Exception as error:  # noqa: BLE001 -- raised again below
            found["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"no answer in {seconds} seconds")
    if "error" in found:
        raise found["error"]
    return found["answer"]


def database_answers():
    try:
        health.ask_database()
    except Exception:  # noqa: BLE001 -- check_database says why
        return False
    return True
