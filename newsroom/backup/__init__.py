"""Whole-site backups: every row and every file, restored and checked by checksum.

A set is a directory: `manifest.json` says what it holds, `rows/` has the tables as JSON
lines, `files/` the public and the private files, and `SHA256SUMS` names each file with
its checksum, in the form that `sha256sum --check` reads. One form serves SQLite and
PostgreSQL, so that a set moves a site from one to the other.
"""


class BackupError(Exception):
    """What cannot be saved or restored, in words for the person at the terminal."""
