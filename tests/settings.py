"""The site's settings with the few values that tests change."""

import os
import tempfile
from pathlib import Path

# Tests must not see what a developer has in .env or in the shell, but for the
# database they should run on.
os.environ["ENV_FILE"] = ""
for _name in [
    "ANYMAIL_WEBHOOK_SECRET",
    "EMAIL_EVENTS",
    "ALLOWED_HOSTS",
    "BACKUP_DIR",
    "CDN_PURGE",
    "EDGE_NODES",
    "CACHE_URL",
    "DEBUG",
    "EMAIL_NEWS_URL",
    "EMAIL_URL",
    "FEED_FULL_TEXT",
    "LANGUAGE_CODE",
    "MEDIA_URL",
    "NEWSLETTER_MAILS_PER_MINUTE",
    "NEWSLETTER_RESEND_UNCERTAIN",
    "PAGE_CACHE_SECONDS",
    "PROXY_SSL_HEADER",
    "SENTRY_DSN",
    "SITE_URL",
    "STORAGE_URL",
    "TASKS_URL",
    "TIME_ZONE",
    "WIRE_FOLDER",
    "ADMIN_REQUIRE_2FA",
    "DEFAULT_FROM_EMAIL",
]:
    os.environ.pop(_name, None)
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 4

from newsroom.settings import *  # noqa: E402, F403 -- after the lines above

SITE_URL = "https://news.example"
SITE_IS_SECURE = True
ALLOWED_HOSTS = ["news.example", "testserver", "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = False
PUBLIC_CACHE_GUARD_RAISES = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {
    name: {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": name,
    }
    for name in ["default", "pages"]
}
# Tests look at what a page says now.
PAGE_CACHE_SECONDS = 0
MAILERS = {
    name: {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    for name in ["default", "news"]
}

TASKS = {
    "default": {
        "BACKEND": "django.tasks.backends.immediate.ImmediateBackend",
        "QUEUES": [],
    }
}

MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="newsroom-tests-"))
STATIC_ROOT = MEDIA_ROOT / "static"
STATIC_ROOT.mkdir()
GENERATION_FILE = MEDIA_ROOT / "generation"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": "/media/"},
    },
    "originals": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": f"{MEDIA_ROOT}-originals", "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SERVE_MEDIA = True

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # In memory, all requests of a browser and the test would share one connection,
    # and be in each other's transactions.
    DATABASES["default"]["TEST"] = {"NAME": f"{MEDIA_ROOT}-test.sqlite3"}  # noqa: F405

LOGGING["root"]["level"] = "WARNING"  # noqa: F405
