"""Reading JSON lines, and the shapes of article line that are understood."""

import json
import re
from datetime import UTC, date, datetime
from html import escape

from newsroom.lib.times import YEARS

MAX_LINE_BYTES = 16 * 1024 * 1024
MAX_NUMBER = 2**31 - 1  # what PostgreSQL's integer holds

# By JSON's escapes alone come characters that no database, file name or UTF-8 holds:
# NUL and half of a surrogate pair.
_ESCAPED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class LineError(ValueError):
    """A line cannot be used; the message says why."""


def read_lines(file):
    """Yield each line of a binary file as its number and a dict, or a LineError.

    Lines are counted from 1; blank ones are skipped. Only one line is held in memory.
    """
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) > MAX_LINE_BYTES:
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(MAX_LINE_BYTES)
            yield number, LineError(f"longer than {MAX_LINE_BYTES:,} bytes")
        elif raw.strip(b" \t\r\n\xef\xbb\xbf"):
            yield number, _parsed(raw)


def _parsed(raw):
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return LineError("not UTF-8 text")
    except (ValueError, RecursionError) as error:
        return LineError(f"not JSON ({error})")
    if not isinstance(data, dict):
        return LineError("not a JSON object")
    return _storable(data) if _ESCAPED.search(raw) else data


def _storable(value):
    """The JSON value without characters that could not be stored anywhere."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    return value


def text_of(data, key, default=""):
    """A text value; a missing one and null are `default`. Raises LineError."""
    value = data.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise LineError(f"“{key}” is not text")
    return value


def flag_of(data, key, *, default):
    value = data.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise LineError(f"“{key}” is neither true nor false")
    return value


def number_of(data, key, default=0):
    value = data.get(key)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        raise LineError(f"“{key}” is not a whole number")
    if abs(value) > MAX_NUMBER:
        raise LineError(f"“{key}” is too large a number")
    return value


def time_of(data, key, default=None):
    """A time in UTC from ISO 8601 with its offset. Raises LineError."""
    value = text_of(data, key)
    if not value:
        return default
    try:
        parsed = datetime.fromisoformat(value)
        if parsed.tzinfo is None:
            raise LineError(f"“{key}” has no offset from UTC: {value[:40]}")
        instant = parsed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, LineError):
            raise
        raise LineError(f"“{key}” is not a time: {value[:40]}") from None
    if instant.year not in YEARS:
        raise LineError(f"“{key}” lies too far off: {value[:40]}")
    return instant


def date_of(data, key):
    """A date from ISO 8601, or None. Raises LineError."""
    value = text_of(data, key)
    if not value:
        return None
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        raise LineError(f"“{key}” is not a date: {value[:40]}") from None
    if parsed.year not in YEARS:
        raise LineError(f"“{key}” lies too far off: {value[:40]}")
    return parsed


def list_of(data, key):
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise LineError(f"“{key}” is not a list")
    return value


def named(item, key):
    """An entry of a list as a dict with a `name`: a text alone is the name."""
    if isinstance(item, str):
        return {"name": item}
    if isinstance(item, dict) and isinstance(item.get("name"), str):
        return item
    raise LineError(f"an entry of “{key}” has no name")


def id_of(data):
    """The line's `id` as text. Raises LineError when there is none."""
    value = data.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise LineError("there is no “id”")
    if len(value) > 200:
        raise LineError("“id” is longer than 200 characters")
    return value.strip()


def picture_of(data, key):
    """A picture named in a line, as a dict; None without one. A text is its file."""
    value = data.get(key)
    if not value:
        return None
    if isinstance(value, str):
        return {"file": value}
    if not isinstance(value, dict):
        raise LineError(f"“{key}” is not a picture")
    return value


def normalised(data):
    """An article line in the documented shape.

    Also understood: `authors` for `byline`, `image` with `alt` and `credit` for
    `picture`, and a `body` of blocks `{"t": "p" | "h2" | "quote", "x": text}`.
    """
    data = dict(data)
    if "byline" not in data and "authors" in data:
        data["byline"] = data["authors"]
    image = data.get("image")
    if "picture" not in data and isinstance(image, dict):
        data["picture"] = {
            "file": image.get("file"),
            "caption": image.get("caption"),
            "credit_line": image.get("credit"),
            "alt_text": image.get("alt"),
        }
    if "body_html" not in data and isinstance(data.get("body"), list):
        data["body_html"] = "\n".join(map(_block, data["body"]))
    return data


def _block(block):
    if not isinstance(block, dict) or not isinstance(block.get("x"), str):
        raise LineError("a block of “body” has no text")
    words = escape(block["x"], quote=False)
    if block.get("t") == "quote":
        return f"<blockquote><p>{words}</p></blockquote>"
    element = block["t"] if block.get("t") in ("p", "h2", "h3") else "p"
    return f"<{element}>{words}</{element}>"
