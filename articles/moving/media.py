"""Pictures of a former site: from a directory of its files, else from its address.

Each goes through the checks of an upload. Who owns it is not known, so it may be shown
here and is never part of a licence.
"""

import hashlib
import io
import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from articles.bulk.pictures import Found, picture_fields
from articles.models import ImportedItem, Picture
from articles.pictures import offered
from newsroom.lib import decoding, fetch
from newsroom.lib.images import MAX_BYTES, UnacceptablePictureError

SUFFIXES = {
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".heif", ".tif",
    ".tiff", ".bmp", ".jfif",
}  # fmt: skip
# The file that stands behind `harbour-300x200.jpg` and `harbour-scaled.jpg`.
_SIZED = re.compile(r"-(?:\d{2,5}x\d{2,5}|scaled|rotated|e\d{13})(?=\.[a-zA-Z]{3,4}$)")
_UPLOADS = ("/wp-content/uploads/", "/uploads/", "/content/images/", "/images/")
# So many failures of one host, and it is asked no more.
MOST_FAILURES = 5


def host_of(url):
    """The host of an address in small letters, without "www."; "" for none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def is_picture_path(path):
    return PurePosixPath(path).suffix.lower() in SUFFIXES


def unsized(path):
    """The path of the original of one of the sizes that WordPress makes."""
    return _SIZED.sub("", path)


def url_key(url):
    """What stays the same in all addresses of one picture's sizes."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:300]
    path = unsized(unquote(parts.path))
    path = re.sub(r"/size/w\d+/", "/", path)  # Ghost's sizes
    return f"{(parts.hostname or '').removeprefix('www.')}{path}".lower()


class Directory:
    """The files of a former site, found by the end of their address."""

    def __init__(self, base):
        self.base = base and base.resolve()
        self._by_path = self._by_name = None

    def _read(self):
        self._by_path, self._by_name = {}, {}
        for path in sorted(self.base.rglob("*")):
            inside = path.resolve().is_relative_to(self.base)
            if not inside or not path.is_file() or not is_picture_path(path.name):
                continue
            parts = [part.lower() for part in path.relative_to(self.base).parts]
            self._by_path["/".join(parts)] = path
            self._by_path.setdefault("/".join(parts[-3:]), path)
            self._by_name.setdefault(parts[-1], []).append(path)

    def find(self, url):
        """The file of a picture's address, or None."""
        if self.base is None:
            return None
        if self._by_path is None:
            self._read()
        try:
            path = unquote(urlsplit(url).path).lower()
        except ValueError:
            return None
        for candidate in dict.fromkeys([unsized(path), path]):
            ends = [candidate.strip("/"), "/".join(candidate.split("/")[-3:])]
            for mark in _UPLOADS:
                ends += [candidate.partition(mark)[2]] if mark in candidate else []
            for end in filter(None, ends):
                if end in self._by_path:
                    return self._by_path[end]
            named = self._by_name.get(candidate.rpartition("/")[2], [])
            if len(named) == 1:
                return named[0]
        return None


class MediaShelf:
    """Turns addresses of pictures into rows of the library, each taken in once.

    `known` has the pictures of earlier runs by key of their address; `shelf` is the
    loader's, which makes the rows.
    """

    def __init__(self, shelf, journal, *, prefix, directory=None, may_fetch=True):
        self.shelf, self.journal, self.prefix = shelf, journal, prefix
        self.directory = Directory(directory)
        self.may_fetch = may_fetch and not shelf.dry_run
        self._would_fetch = may_fetch and shelf.dry_run
        self._found, self._reasons, self._failures = {}, {}, {}
        self._known = self._earlier()
        self._name = None

    def _earlier(self):
        begin = f"{self.prefix}:"
        items = dict(
            ImportedItem.objects.standing()
            .filter(kind=ImportedItem.Kind.PICTURE, source_id__startswith=begin)
            .values_list("source_id", "target")
        )
        there = set(Picture.objects.values_list("pk", flat=True)) if items else set()
        return {key: pk for key, pk in items.items() if pk in there}

    def _source_id(self, key):
        digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
        return f"{self.prefix}:picture:{digest}"

    def earlier(self, source_id):
        """The key of the picture that an earlier run made of this item, or None."""
        pk = self._known.get(source_id)
        return pk and self._keep("", Found(pk, "", ""))

    def take(self, url, *, source_id=None, **words):
        """The key of the picture at this address, or None; `reason` says why.

        `source_id` is its item's in the export, where it is one.
        """
        key = url_key(url)
        if key in self._found:
            return self._found[key]
        if key in self._reasons:
            return None
        source_id = source_id or self._source_id(key)
        if (pk := self._known.get(source_id)) is not None:
            return self._keep(key, Found(pk, "", ""))
        try:
            found = self._take_in(url, source_id, words)
        except (UnacceptablePictureError, OSError, fetch.FetchError) as error:
            self._reasons[key] = str(error)
            self.journal.item(
                "picture", source_id, "look", title=url, reason=str(error)
            )
            return None
        return self._keep(key, found)

    def reason(self, url):
        return self._reasons.get(url_key(url), "")

    def _keep(self, key, found):
        if key:
            self._found[key] = found.pk
        # The loader looks for pictures by the keys that bodies hold.
        self.shelf.by_id[found.pk] = found
        return found.pk

    def _take_in(self, url, source_id, words):
        content = self._content(url)
        if content is None:  # a dry run, which asks nobody
            self.shelf._invented -= 1  # noqa: SLF001 - keys that no row has
            self.journal.item(
                "picture", source_id, "imported", title=url, reason="Would be fetched."
            )
            return Found(self.shelf._invented, "", "")  # noqa: SLF001
        digest = hashlib.sha256(content).hexdigest()
        same = Picture.objects.filter(content_hash=digest).order_by("pk").first()
        if same is not None:
            self.journal.item(
                "picture", source_id, "skipped", title=url, target=same.pk,
                reason="The library has this file already.",
            )  # fmt: skip
            return Found(same.pk, same.caption, same.credit_line)
        facts = decoding.inspect(content)
        values = {**offered(facts), **picture_fields(words)}
        with self.journal.naming_pictures(source_id):
            row = self.shelf.add(io.BytesIO(content), url, facts=facts, **values)
        return Found(row.pk, row.caption, row.credit_line)

    def _content(self, url):
        """The bytes of a picture; None in a dry run that would ask another site."""
        if (path := self.directory.find(url)) is not None:
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        if not url.startswith(("http://", "https://")):
            raise fetch.FetchError("Its file is not among the media.")
        if self._would_fetch:
            return None
        if not self.may_fetch:
            raise fetch.FetchError("Its file is not among the media.")
        host = host_of(url)
        if self._failures.get(host, 0) >= MOST_FAILURES:
            raise fetch.FetchError("The former site does not answer.")
        try:
            found = fetch.download(url, max_bytes=MAX_BYTES + 1)
        except fetch.FetchError:
            self._failures[host] = self._failures.get(host, 0) + 1
            raise
        if found.status != 200:
            raise fetch.FetchError(f"The former site answers {found.status}.")
        return found.body
