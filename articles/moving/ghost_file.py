"""Reading what Ghost, its API or its migration tools write, as rows by table."""

import json
from datetime import UTC, datetime

from articles.moving.wxr import FormatError
from newsroom.lib.times import YEARS

MAX_BYTES = 256 * 1024 * 1024


def export_of(path):
    if path.stat().st_size > MAX_BYTES:
        raise FormatError("The file is larger than 256 MB; export fewer posts at once.")
    content = path.read_bytes()
    if not content.strip():
        raise FormatError("The file is empty.")
    try:
        data = json.loads(content.decode("utf-8-sig").replace("\\u0000", ""))
    except UnicodeDecodeError:
        raise FormatError("The file is not UTF-8 text, and no Ghost export.") from None
    except json.JSONDecodeError as error:
        raise FormatError(
            f"line {error.lineno}: this is no JSON ({error.msg}), and no Ghost export."
        ) from None
    except (ValueError, RecursionError):
        raise FormatError("This JSON cannot be read.") from None
    if isinstance(data, dict) and isinstance(data.get("db"), list) and data["db"]:
        data = data["db"][0]
    if isinstance(data, dict) and isinstance(data.get("data"), dict):
        data = data["data"]
    posts = data.get("posts") if isinstance(data, dict) else None
    if not isinstance(posts, list):
        raise FormatError(
            "This is no Ghost export: it has no list of “posts”. What is supported is "
            "the JSON file of Ghost's Settings → Export, and what its API answers."
        )
    return data


def rows(data, name):
    rows = data.get(name)
    return (
        [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )


def merged(row):
    """A post of Ghost's migration tools has its fields in `data`."""
    inner = row.get("data")
    if not isinstance(inner, dict):
        return row
    return {**{key: value for key, value in row.items() if key != "data"}, **inner}


def embedded(post, key):
    rows = post.get(key)
    return (
        [merged(row) for row in rows if isinstance(row, dict)]
        if isinstance(rows, list)
        else []
    )


def people(post):
    people = embedded(post, "authors")
    if not people and isinstance(post.get("author"), dict):
        people = [merged(post["author"])]
    return people


def by_id(rows):
    found = {}
    for position, row in enumerate(map(merged, rows), 1):
        found[row.get("id", position)] = row
    return found


def joined(rows, key, others):
    """From post to the rows that a table joins it with, in order."""
    found = {}
    for row in sorted(rows, key=lambda row: row.get("sort_order") or 0):
        if row.get(key) in others:
            found.setdefault(row.get("post_id"), []).append(others[row[key]])
    return found


def text_of(row, key):
    value = row.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and value is not True else ""


def instant(value):
    """A time in UTC from ISO 8601 or milliseconds since 1970; None for none."""
    try:
        if isinstance(value, (int, float)):
            found = datetime.fromtimestamp(value / 1000, UTC)
        elif isinstance(value, str) and value.strip().isdigit():
            found = datetime.fromtimestamp(int(value) / 1000, UTC)
        else:
            found = datetime.fromisoformat(value)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found.astimezone(UTC) if found.year in YEARS else None
