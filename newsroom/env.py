"""Typed reads of the environment.

Only `newsroom/settings.py` reads it, once, at start. A value that cannot be meant
stops the start with a sentence that names the variable and what would be right:
a site that runs on a misread setting is worse than one that does not start.

Values come from the process's environment, then from the file `.env` at the root
(another file by `ENV_FILE`, none if that is empty). `NAME_FILE` names a file that
holds the value of `NAME`, as container secrets do.
"""

import os
import re
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def read_env_file(path):
    """Return the `NAME=value` lines of a file as a dict.

    Blank lines and lines that start with `#` are skipped; one pair of matching quotes
    around a value is taken off. Nothing is expanded.
    """
    values = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.removeprefix("export ").partition("=")
        if not equals or not name.strip().isidentifier():
            raise SystemExit(f"{path}, line {number}: expected NAME=value.")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        values[name.strip()] = value
    return values


def _load_file():
    name = os.environ.get("ENV_FILE", str(ROOT / ".env"))
    path = Path(name)
    return read_env_file(path) if name and path.is_file() else {}


_file_values = _load_file()


def _raw(name):
    """The value of `name`, or None. An empty value counts as not set."""
    if secret_file := os.environ.get(f"{name}_FILE") or _file_values.get(
        f"{name}_FILE"
    ):
        try:
            return Path(secret_file).read_text("utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            raise SystemExit(
                f"{name}_FILE names {secret_file}, which cannot be read: {error}."
            ) from error
    if name in os.environ:
        return os.environ[name].strip() or None
    return _file_values.get(name) or None


def text(name, default=None):
    """Return a string; without a default the variable is required."""
    value = _raw(name)
    if value is None:
        if default is None:
            raise SystemExit(
                f"{name} is not set. Put it in the environment or in .env "
                "(see .env.example); `make run` writes an .env for you."
            )
        return default
    return value


def bounce_address(name):
    """An address that a mark can follow the local part of, or nothing."""
    value = text(name, "")
    if value and not re.fullmatch(r"[\w.-]{1,20}@[\w-]+(\.[\w-]+)+", value, re.ASCII):
        raise SystemExit(
            f"{name} is {value!r}; write a short address like bounces@news.example."
        )
    return value


def flag(name, *, default):
    """Return a boolean; a word that is neither yes nor no stops the start."""
    value = _raw(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise SystemExit(f"{name} is {value!r}; write true or false.")


def number(name, *, default, minimum=0):
    """Return a whole number of at least `minimum`."""
    value = _raw(name)
    if value is None:
        return default
    try:
        result = int(value)
    except ValueError:
        raise SystemExit(f"{name} is {value!r}; write a whole number.") from None
    if result < minimum:
        raise SystemExit(f"{name} is {result}; the least it can be is {minimum}.")
    return result


def listing(name, default=()):
    """Return a list from words separated by commas; blanks around them are dropped."""
    value = _raw(name)
    if value is None:
        return list(default)
    return [word for part in value.split(",") if (word := part.strip())]


def _split(name, value, kinds):
    """Split an address; refuse one whose scheme is not among `kinds`."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise SystemExit(f"{name} is not an address we can read: {error}.") from None
    if parts.scheme not in kinds:
        choices = ", ".join(f"{kind}://" for kind in kinds)
        raise SystemExit(
            f"{name} starts with {parts.scheme or 'nothing'}://; it can start with "
            f"{choices}."
        )
    return parts


def _options(parts):
    return dict(parse_qsl(parts.query, keep_blank_values=True))


def site_url(name, default):
    """Return the site's own origin: scheme and host, no path, no closing slash."""
    value = text(name, default)
    parts = _split(name, value, ["https", "http"])
    if (
        not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or parts.username
    ):
        raise SystemExit(
            f"{name} is {value!r}; write scheme and host only, like "
            "https://www.example.org."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def database(name, default):
    """Return Django's settings for one database from sqlite:///… or postgres://….

    A relative SQLite path (`sqlite:///var/x.sqlite3`) is taken from the project's
    root, an absolute one has four slashes, `sqlite://:memory:` lives in memory.
    What follows `?` goes to the driver (`sslmode=require`, `options=…`), but for
    `pooler=transaction`: PgBouncer or the like gives each transaction a connection.
    """
    value = text(name, default)
    if value in ("sqlite://:memory:", "sqlite:///:memory:"):
        return {**_SQLITE, "NAME": ":memory:"}
    parts = _split(name, value, ["sqlite", "postgres", "postgresql"])
    if parts.scheme == "sqlite":
        path = unquote(parts.path).removeprefix("/")
        if parts.netloc or not path:
            raise SystemExit(
                f"{name} is {value!r}; write sqlite:///relative/path.sqlite3 or "
                "sqlite:////absolute/path.sqlite3."
            )
        return {**_SQLITE, "NAME": str(ROOT / path)}
    database_name = unquote(parts.path).removeprefix("/")
    if not database_name:
        raise SystemExit(f"{name} names no database after the host.")
    options = _options(parts)
    pooler = options.pop("pooler", "")
    if pooler not in ("", "transaction"):
        raise SystemExit(f"{name} has pooler={pooler}; write pooler=transaction.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket's directory is written percent-encoded: postgres://%2Frun%2Fpg/name
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A cursor of one connection is unknown to the next.
        "DISABLE_SERVER_SIDE_CURSORS": bool(pooler),
        # A dead host must cost a reader two seconds, not a thread for minutes.
        "OPTIONS": {"connect_timeout": "2", **options},
    }


# WAL lets readers read while one writes. IMMEDIATE takes the write lock at the start
# of a transaction, where `timeout` (seconds) applies; a lock taken later, on the
# first write after a read, would fail at once with "database is locked".
_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;"
            "PRAGMA synchronous=NORMAL;"
            "PRAGMA temp_store=MEMORY;"
            "PRAGMA cache_size=-32000;"
            "PRAGMA mmap_size=134217728;"
            "PRAGMA journal_size_limit=67108864"
        ),
    },
}


def cache(name, default, *, part="newsroom"):
    """Return Django's settings for one cache from an address.

    `part` keeps what it holds apart from other parts at the same address.

    `locmem://` is each process's own; `redis://host:6379/1` (or `rediss://`) and
    `database://table` are shared; `dummy://` keeps nothing.
    """
    value = text(name, default)
    parts = _split(name, value, ["locmem", "redis", "rediss", "database", "dummy"])
    if parts.scheme in ("redis", "rediss"):
        return {
            "BACKEND": "newsroom.cache.ForgetfulRedisCache",
            "LOCATION": value,
            "KEY_PREFIX": part,
            # Seconds: readers must not wait for a server that is gone.
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},
        }
    if parts.scheme == "database":
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": parts.hostname or "newsroom_cache",
            "KEY_PREFIX": part,
        }
    if parts.scheme == "dummy":
        return {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    return {
        "BACKEND": "newsroom.cache.BoundedLocMemCache",
        "LOCATION": f"{parts.hostname or ''}{part}",
        "OPTIONS": {"MAX_ENTRIES": 1000 if part == "pages" else 5000},
    }


def mailer(name, default):
    """Return one entry of MAILERS from an address.

    `console://` prints mails; `file:///directory` writes each to a file; `smtp://`
    speaks SMTP (STARTTLS on port 587, or with `?tls=true`), `smtps://` SMTP over TLS.
    User and password are percent-encoded in the address. `anymail://postmark` speaks a
    provider's own protocol by django-anymail.
    """
    value = text(name, default)
    parts = _split(
        name, value, ["anymail", "console", "file", "memory", "smtp", "smtps"]
    )
    backends = "django.core.mail.backends"
    if parts.scheme == "console":
        return {"BACKEND": f"{backends}.console.EmailBackend"}
    if parts.scheme == "memory":
        return {"BACKEND": f"{backends}.locmem.EmailBackend"}
    if parts.scheme == "file":
        return {
            "BACKEND": f"{backends}.filebased.EmailBackend",
            "OPTIONS": {"file_path": unquote(parts.path)},
        }
    if parts.scheme == "anymail":
        if not _is_anymail_backend(parts.netloc):
            raise SystemExit(
                f"{name} is {value!r}; write the provider as django-anymail names it, "
                "such as anymail://postmark, and install that: "
                "pip install django-anymail."
            )
        return {"BACKEND": f"anymail.backends.{parts.netloc}.EmailBackend"}
    if not parts.hostname:
        raise SystemExit(f"{name} names no mail server after {parts.scheme}://.")
    tls = _options(parts).get("tls", str(parts.port == 587)).lower()
    if tls not in TRUE | FALSE:
        raise SystemExit(f"{name} ends with tls={tls}; write true or false.")
    return {
        "BACKEND": "newsroom.lib.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp" and tls in TRUE,
            "timeout": 10,
        },
    }


def _is_anymail_backend(provider):
    if not provider.isidentifier() or not find_spec("anymail"):
        return False
    return find_spec(f"anymail.backends.{provider}") is not None


def provider_events(name, *, secret):
    """Return the mail provider whose events are taken, or nothing.

    `secret` is the `user:password` that the provider must give with each.
    """
    provider = text(name, "").lower().replace("-", "_")
    if not provider:
        return ""
    if not provider.isidentifier() or not find_spec("anymail"):
        raise SystemExit(
            f"{name} is {provider!r}; write the provider as django-anymail names it, "
            "such as postmark, and install it: pip install django-anymail."
        )
    if not re.fullmatch(r"[^:\s]+:\S{16,}", secret):
        raise SystemExit(
            f"{name} is set, so ANYMAIL_WEBHOOK_SECRET must be user:password, the "
            "password random and of at least 16 characters; the provider gives both."
        )
    return provider


def group(*, prefix):
    """Return the variables whose names begin so, without that beginning, as a dict."""
    names = {*os.environ, *_file_values}
    names = {name.removesuffix("_FILE") for name in names if name.startswith(prefix)}
    values = {name.removeprefix(prefix): _raw(name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def tasks(name, default):
    """Return Django's settings for the queue of later work from an address.

    `database://` is a table that `manage.py worker` empties; `immediate://` runs each
    task at once, in the process that asks for it; `redis://` (or `rediss://`) is the
    broker of Celery.
    """
    value = text(name, default)
    parts = _split(name, value, ["database", "immediate", "redis", "rediss"])
    # Any name of a queue: `imports` are those that a worker may be busy with for hours.
    queues = {"QUEUES": []}
    if parts.scheme == "immediate":
        immediate = "django.tasks.backends.immediate.ImmediateBackend"
        return {"BACKEND": immediate, **queues}
    if parts.scheme == "database":
        return {"BACKEND": "django_tasks_db.DatabaseBackend", **queues}
    if not (find_spec("celery") and find_spec("redis")):
        raise SystemExit(
            f"{name} names Celery's broker; Celery is not installed: "
            'pip install "newsroom[celery]", or celery and redis.'
        )
    return {
        "BACKEND": "newsroom.celery.CeleryBackend",
        "OPTIONS": {"broker": value},
        **queues,
    }


def storage(name, default, *, base_url):
    """Return the entry of STORAGES that keeps pictures and files.

    `file:///directory` is this machine's disk. `s3://bucket?endpoint=…&region=…` is an
    object store; `prefix` is a directory in it; keys come from AWS_ACCESS_KEY_ID and
    AWS_SECRET_ACCESS_KEY. `base_url` is where readers fetch files.
    """
    value = text(name, default)
    parts = _split(name, value, ["file", "s3"])
    if parts.scheme == "file":
        path = unquote(parts.path)
        if parts.netloc or len(path) < 2:
            raise SystemExit(f"{name} is {value!r}; write file:///directory.")
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": path, "base_url": base_url},
        }
    if not parts.hostname:
        raise SystemExit(f"{name} names no bucket after s3://.")
    options = _options(parts)
    media = urlsplit(base_url)
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.hostname,
            "endpoint_url": options.get("endpoint"),
            "region_name": options.get("region"),
            "location": options.get("prefix", ""),
            "custom_domain": f"{media.netloc}{media.path}".rstrip("/") or None
            if media.netloc
            else None,
            "default_acl": None,
            "querystring_auth": False,
            "file_overwrite": False,
            "client_config": _object_store_client(),
            "object_parameters": {
                "CacheControl": "public, max-age=86400, s-maxage=90, immutable"
            },
        },
    }


def _object_store_client():
    """Its patience: an editor waits for the answer, and the default is minutes."""
    if not find_spec("botocore"):
        return None
    from botocore.config import Config  # noqa: PLC0415 -- an extra of its own

    return Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2})


def private_storage(name, default):
    """Return the entry of STORAGES for files that have no public address.

    On a disk they lie in `originals` beside the public directory; in an object store
    under the prefix `originals`, with no public access and signed addresses.
    """
    entry = storage(name, default, base_url="/")
    options = entry["OPTIONS"]
    if "bucket_name" in options:
        options.update(
            location=f"{options['location']}/originals".lstrip("/"),
            custom_domain=None,
            default_acl="private",
            querystring_auth=True,
        )
    else:
        location = str(Path(options["location"]).parent / "originals")
        options.update(location=location, base_url=None)
    return entry
