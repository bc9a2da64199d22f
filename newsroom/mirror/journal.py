"""What a copy's directory holds and what a run has still to do, in a small database."""

import sqlite3
import time

RESUME_WITHIN = 24 * 3600
NAME = ".newsroom-mirror.sqlite3"


class Journal:
    """One run's addresses, waiting or done, and which run wrote each file last.

    A run that was stopped goes on within a day; later it would keep pages that nobody
    has looked at since.
    """

    def __init__(self, directory):
        self.database = sqlite3.connect(directory / NAME, isolation_level=None)
        self.database.executescript(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
            CREATE TABLE IF NOT EXISTS run (
                number INTEGER PRIMARY KEY, started REAL, site TEXT, finished REAL);
            CREATE TABLE IF NOT EXISTS page (
                number INTEGER PRIMARY KEY, address TEXT UNIQUE, is_done INTEGER);
            CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, run INTEGER);
            """
        )

    def begin(self, site, starts):
        """Go on with the last run, or start one; True if it goes on."""
        last = self._one("SELECT * FROM run ORDER BY number DESC LIMIT 1")
        is_open = last and last[3] is None and last[2] == site
        if is_open and time.time() - last[1] < RESUME_WITHIN:
            self.run = last[0]
            return True
        self._do("DELETE FROM page")
        self.run = (last[0] if last else 0) + 1
        started = (self.run, time.time(), site)
        self._do("INSERT INTO run (number, started, site) VALUES (?, ?, ?)", *started)
        self.add(starts)
        return False

    def add(self, addresses):
        """Note addresses to visit, those that are not known yet."""
        self.database.executemany(
            "INSERT OR IGNORE INTO page (address, is_done) VALUES (?, 0)",
            [(address,) for address in addresses],
        )

    def waiting(self):
        """Yield what is still to do, until nothing is."""
        last = 0
        while row := self._one(
            "SELECT number, address FROM page WHERE NOT is_done AND number > ? "
            "ORDER BY number LIMIT 1",
            last,
        ):
            last, address = row
            yield address

    def done(self, address, found, path):
        """Note what a page led to and which file it is, all or nothing."""
        self._do("BEGIN")
        self.add(found)
        if path:
            self._do("INSERT OR REPLACE INTO file VALUES (?, ?)", path, self.run)
        self._do("UPDATE page SET is_done = 1 WHERE address = ?", address)
        self._do("COMMIT")

    def keep(self, path):
        """Note that a file stays although its page could not be read this time."""
        self._do("UPDATE file SET run = ? WHERE path = ?", self.run, path)

    def gone(self):
        """The files of earlier runs that this one did not write."""
        rows = self.database.execute(
            "SELECT path FROM file WHERE run < ? ORDER BY path", (self.run,)
        )
        return [path for (path,) in rows.fetchall()]

    def finish(self):
        """End the run: the next one starts anew."""
        self._do("BEGIN")
        self._do("DELETE FROM file WHERE run < ?", self.run)
        self._do("UPDATE run SET finished = ? WHERE number = ?", time.time(), self.run)
        self._do("COMMIT")

    def close(self):
        """Leave one file behind, not three."""
        self._do("PRAGMA wal_checkpoint(TRUNCATE)")
        self.database.close()

    def _one(self, statement, *values):
        return self.database.execute(statement, values).fetchone()

    def _do(self, statement, *values):
        self.database.execute(statement, values)
