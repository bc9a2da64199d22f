"""Writing a copy: from the first page along every link, each file once."""

import fcntl
import os
from collections import Counter
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path

from django.conf import settings

from newsroom.mirror import MirrorError, addresses, handler, rewriting
from newsroom.mirror.journal import NAME, Journal

_LOCK = ".newsroom-mirror.lock"
_GONE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Not here</title>'
    '</head><body><p>This page is not on the site. <a href="{home}">Front page</a></p>'
    "</body></html>\n"
)
_MOVED = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Moved</title>'
    '<meta http-equiv="refresh" content="0; url={link}"></head>'
    '<body><p><a href="{link}">This page has moved.</a></p></body></html>\n'
)


def write(directory, *, progress=lambda *_: None):
    """Bring a copy up to date; return (a Counter of what was done, what failed).

    Files that are as they should be are not touched, and what the site no longer shows
    is deleted once all is read. A run that was stopped goes on.
    """
    directory = Path(directory)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not (directory / NAME).exists() and any(directory.iterdir()):
            raise MirrorError(
                f"{directory} holds something that is no mirror of ours; name an "
                "empty directory."
            )
        with _alone_in(directory):
            return _Mirror(directory, progress).write()
    except OSError as error:
        raise MirrorError(
            f"The mirror could not be written: {error.strerror or error}"
            f"{f' ({error.filename})' if error.filename else ''}. To go on run it "
            "again."
        ) from error


@contextmanager
def _alone_in(directory):
    with (directory / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MirrorError(f"Another run is writing to {directory}.") from None
        yield


class _Mirror:
    def __init__(self, directory, progress):
        self.directory = directory
        self.progress = progress
        self.site = handler.Site()
        self.counts = Counter()
        self.failed = []

    def write(self):
        self.journal = Journal(self.directory)
        try:
            self.journal.begin(settings.SITE_URL, addresses.STARTS)
            for number, address in enumerate(self.journal.waiting(), start=1):
                self._visit(address)
                self.progress("pages and files", number)
            self._delete_gone()
            self.journal.finish()
        finally:
            self.journal.close()
        return self.counts, self.failed

    def _visit(self, address):
        path = addresses.file_of(address)
        found = []
        try:
            if (chunks := handler.chunks_of(address)) is not None:
                self._file(address, path, chunks)
                if path.endswith(".css"):
                    text = (self.directory / path).read_text("utf-8")
                    found = rewriting.css(text, address=address)
            else:
                body, found = self._page(address)
                self._put(path, [body])
        except (FileNotFoundError, _FailedPageError) as error:
            # What was there before is better than a gap.
            self.journal.keep(path)
            self.failed.append(f"{address}: {error}")
            path = None
        self.journal.done(address, filter(addresses.is_kept, found), path)

    def _page(self, address):
        answer = self.site.get(address)
        if answer.status >= 500:
            raise _FailedPageError(f"the site answers {answer.status}")
        if answer.status in (301, 302, 307, 308):
            return self._moved(answer.location, address)
        if answer.status != 200:
            self.counts["not there"] += 1
            home = addresses.relative("/", page=address)
            return _GONE.format(home=home).encode(), []
        text = answer.body.decode()
        if answer.content_type == "text/html":
            self.counts["pages"] += 1
            text, found = rewriting.page(text, address=address, site=settings.SITE_URL)
            return text.encode(), found
        self.counts["feeds and sitemaps"] += 1
        found = rewriting.locations(text) if "sitemap" in address else []
        return answer.body, found

    @staticmethod
    def _moved(location, address):
        target = addresses.local(location, page=address)
        if target is None:
            return _MOVED.format(link=escape(location)).encode(), []
        if not addresses.is_kept(target):
            target = addresses.NOTE
        link = escape(addresses.relative(target, page=address))
        return _MOVED.format(link=link).encode(), [target]

    def _file(self, address, path, chunks):
        self.counts["files"] += 1
        with suppress(FileNotFoundError):
            if (self.directory / path).stat().st_size == handler.media_size(address):
                self.counts["untouched"] += 1
                return
        self._put(path, chunks)

    def _put(self, path, chunks):
        """Write a file unless it is so already; whole or not at all."""
        target = self.directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(".newsroom-mirror.part")
        with part.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        if target.is_file() and _same(part, target):
            part.unlink()
            self.counts["untouched"] += 1
        else:
            part.replace(target)
            self.counts["written"] += 1

    def _delete_gone(self):
        for path in self.journal.gone():
            (self.directory / path).unlink(missing_ok=True)
            self.counts["deleted"] += 1
            for parent in (self.directory / path).parents:
                if parent == self.directory or any(parent.iterdir()):
                    break
                parent.rmdir()


class _FailedPageError(Exception):
    """A page that should be there and did not come."""


def _same(one, other):
    if os.path.getsize(one) != os.path.getsize(other):  # noqa: PTH202
        return False
    return one.read_bytes() == other.read_bytes()
