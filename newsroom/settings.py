"""Every setting, read from top to bottom.

What differs from machine to machine comes from the environment (`.env.example` lists
it). Nothing here depends on DEBUG: a site on a laptop runs what the public site runs.
"""

from importlib.util import find_spec
from urllib.parse import urlsplit

from django.utils.csp import CSP

from newsroom import env
from newsroom.lib import embeds

BASE_DIR = env.ROOT
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

# The site and its address -----------------------------------------------------------

SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.listing("SECRET_KEY_FALLBACKS")
DEBUG = env.flag("DEBUG", default=False)

# Absolute links are built from this, never from the Host header.
SITE_URL = env.site_url("SITE_URL", "http://127.0.0.1:8000")
SITE_IS_SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.listing(
    "ALLOWED_HOSTS", [urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1", "[::1]"]
)

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
WEB_WORKERS = env.number("WEB_WORKERS", default=1, minimum=1)
# How many proxies of our own stand in front; each adds one address to
# X-Forwarded-For, and only those addresses are believed.
PROXY_COUNT = env.number("PROXY_COUNT", default=0)
APPEND_SLASH = True

# Apps, middleware, templates --------------------------------------------------------

INSTALLED_APPS = [
    "newsroom",
    "articles",
    "newsletter",
    "republishing",
    "taggit",
    "django_prose_editor",
    "newsroom.dashboard.config.DeskAdminConfig",
    "newsroom.accounts.apps.StaffAccountConfig",
    "allauth.mfa",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # Outermost: it sees what leaves the house.
    "newsroom.middleware.PublicCacheGuard",
    "newsroom.log.RequestIdMiddleware",
    # Before the host check: a load balancer asks by IP address.
    "newsroom.health.HealthMiddleware",
    "newsroom.middleware.StripCookies",
    "newsroom.page_cache.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "newsroom.middleware.PageHeaders",
    "newsroom.middleware.PlainRequest",
    "django.middleware.gzip.GZipMiddleware",
    "newsroom.middleware.ReaderGZip",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "articles.middleware.PastPaths",
    "django.middleware.csrf.CsrfViewMiddleware",
    "newsroom.middleware.PlainLists",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "newsroom.accounts.middleware.StaffMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsroom.context_processors.site",
            ],
        },
    },
]

# Data -------------------------------------------------------------------------------

DATABASES = {
    "default": env.database("DATABASE_URL", "sqlite:///var/newsroom.sqlite3"),
}
CACHES = {
    "default": env.cache("CACHE_URL", "locmem://"),
    "pages": env.cache("CACHE_URL", "locmem://", part="pages"),
}
# How long a page made for one reader is given to others; 0 keeps none.
PAGE_CACHE_SECONDS = env.number("PAGE_CACHE_SECONDS", default=2)
# Its time tells processes that share no cache of a change in what readers see.
GENERATION_FILE = VAR_DIR / "generation"
# The nginx machines in front (deploy/nginx.conf), each as https://address, and the
# secret with which they are told to fetch a page anew.
EDGE_NODES = env.listing("EDGE_NODES")
EDGE_SECRET = env.text("EDGE_SECRET", "")
# What makes a CDN forget pages by their Surrogate-Key: an address to post to, or the
# dotted name of a function that takes a list of keys.
CDN_PURGE = env.text("CDN_PURGE", "")
CDN_TOKEN = env.text("CDN_TOKEN", "")
if EDGE_NODES and not EDGE_SECRET:
    raise SystemExit("EDGE_NODES is set; EDGE_SECRET must be the secret they know.")
if "Redis" in CACHES["default"]["BACKEND"] and not find_spec("redis"):
    raise SystemExit(
        'CACHE_URL names Redis; its client is not installed: pip install "redis>=6".'
    )

# The row that later work needs is written by the action itself; the backend only
# decides who runs it.
TASKS = {"default": env.tasks("TASKS_URL", "database://")}

# Pictures and static files ----------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]

MEDIA_URL = env.text("MEDIA_URL", "/media/")
if not MEDIA_URL.endswith("/"):
    MEDIA_URL += "/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": env.storage("STORAGE_URL", f"file://{MEDIA_ROOT}", base_url=MEDIA_URL),
    # Uploads as they came, with the places and serial numbers in them: no address.
    "originals": env.private_storage("STORAGE_URL", f"file://{MEDIA_ROOT}"),
    "staticfiles": {"BACKEND": "newsroom.static_files.StaticFilesStorage"},
}
MEDIA_ROOT = STORAGES["default"]["OPTIONS"].get("location", MEDIA_ROOT)
if "s3" in STORAGES["default"]["BACKEND"] and not find_spec("storages"):
    raise SystemExit(
        "STORAGE_URL names an object store, but its client is not installed: "
        'pip install "django-storages[s3]".'
    )
# On one machine the site serves its own pictures; elsewhere the object store does.
SERVE_MEDIA = "filesystem" in STORAGES["default"]["BACKEND"].lower() and not (
    urlsplit(MEDIA_URL).netloc
)

# Where `manage.py backup` puts its sets; `manage.py doctor` looks at their age.
BACKUP_DIR = env.text("BACKUP_DIR", "")

# What agencies deliver as files lies in directories below this one.
WIRE_FOLDER = env.text("WIRE_FOLDER", str(VAR_DIR / "wire"))

# A photographer's original passes; what is not a file stays small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# Words and times --------------------------------------------------------------------

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en-gb")
USE_I18N = True
FORMAT_MODULE_PATH = "newsroom.formats"
USE_TZ = True
# The publication's one time zone; the database holds UTC.
TIME_ZONE = env.text("TIME_ZONE", "Europe/London")

# Feeds carry whole stories; false leaves the standfirst and a link.
FEED_FULL_TEXT = env.flag("FEED_FULL_TEXT", default=True)

TAGGIT_CASE_INSENSITIVE = True

# Files of further fonts (TTF, OTF or WOFF2) for invoices with names in scripts that our
# own lack: Chinese, Japanese, Hindi and so on.
PDF_FONTS = env.listing("PDF_FONTS", [])

# Whose videos and posts an editor may put into a story; subdomains count as well. Those
# of `embeds.PROVIDERS` can be seen in the story, at a press; the others are links.
EMBED_HOSTS = env.listing(
    "EMBED_HOSTS",
    [
        *embeds.HOSTS,
        "soundcloud.com",
        "bsky.app",
        "x.com",
        "twitter.com",
        "instagram.com",
        "tiktok.com",
        "openstreetmap.org",
    ],
)

# Mail -------------------------------------------------------------------------------

# `default` carries single mails (confirmations, quotes), `news` the newsletters, so
# that a blocked bulk sender does not silence a confirmation.
MAILERS = {
    "default": env.mailer("EMAIL_URL", "console://"),
    "news": env.mailer("EMAIL_NEWS_URL", env.text("EMAIL_URL", "console://")),
}
# Every variable that begins with ANYMAIL_ is django-anymail's setting of that name.
ANYMAIL = env.group(prefix="ANYMAIL_")
# The mail provider whose events (delivered, bounced, complained) are believed.
EMAIL_EVENTS = env.provider_events(
    "EMAIL_EVENTS", secret=env.text("ANYMAIL_WEBHOOK_SECRET", "")
)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Newsroom <newsroom@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where newsletters that come back go, as bounces@news.example: each mail has an address
# of its own there, bounces+KEY@news.example. Empty for the newsletter's sender.
NEWSLETTER_BOUNCES_TO = env.bounce_address("NEWSLETTER_BOUNCES_TO")
# How many newsletter mails may leave in a minute, all issues and workers together;
# 0 for as many as go.
NEWSLETTER_MAILS_PER_MINUTE = env.number("NEWSLETTER_MAILS_PER_MINUTE", default=0)
# Whether a mail that was on the wire when its sender was killed is sent again, with the
# same Message-ID: a rare double rather than a gap.
NEWSLETTER_RESEND_UNCERTAIN = env.flag("NEWSLETTER_RESEND_UNCERTAIN", default=True)

# Accounts ---------------------------------------------------------------------------

_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {
        "NAME": "newsroom.accounts.events.LongPassword",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
# A link to choose a new password holds for four hours.
PASSWORD_RESET_TIMEOUT = 4 * 3600
# Nobody of the staff gets further than the page that adds a second step without one.
ADMIN_REQUIRE_2FA = env.flag("ADMIN_REQUIRE_2FA", default=False)

# allauth, for the staff alone: `newsroom.accounts` has the forms, and counts the tries.
ACCOUNT_ADAPTER = "newsroom.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {"reauthenticate": "newsroom.accounts.forms.ConfirmByPasswordForm"}
MFA_ADAPTER = "newsroom.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Clocks of phones go wrong by half a minute.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "newsroom.accounts.forms.CodeForm",
    "reauthenticate": "newsroom.accounts.forms.ConfirmByCodeForm",
    "activate_totp": "newsroom.accounts.forms.AppForm",
    "authenticate_webauthn": "newsroom.accounts.forms.PasskeyStepForm",
    "reauthenticate_webauthn": "newsroom.accounts.forms.ConfirmByPasskeyForm",
    "login_webauthn": "newsroom.accounts.forms.PasskeySignInForm",
    "add_webauthn": "newsroom.accounts.forms.PasskeyForm",
    "edit_webauthn": "newsroom.accounts.forms.PasskeyNameForm",
}

# Security ---------------------------------------------------------------------------

# With `__Host-` a browser takes the cookie from this host alone, and none that another
# host of the domain has set (RFC 6265bis, section 4.1.3).
_host, _secure = ("__Host-", "__Secure-") if SITE_IS_SECURE else ("", "")
SESSION_COOKIE_NAME = f"{_host}sessionid"
CSRF_COOKIE_NAME = f"{_host}csrftoken"
DEVICE_COOKIE_NAME = f"{_secure}device"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SITE_IS_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SITE_IS_SECURE
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "newsroom.csrf.csrf_failure"

# Name the header in which your own proxy says https, and only if it overwrites what
# visitors send: trusted from anywhere else it lets them lie.
if proxy_header := env.text("PROXY_SSL_HEADER", ""):
    SECURE_PROXY_SSL_HEADER = (
        f"HTTP_{proxy_header.upper().replace('-', '_')}",
        "https",
    )
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=SITE_IS_SECURE)
SECURE_HSTS_SECONDS = env.number(
    "HSTS_SECONDS", default=2_592_000 if SITE_IS_SECURE else 0
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=False)
# Both promise something for every other host of the domain; its owner opts in.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# `same-origin` would hide us from the sites we link to, and `no-referrer` makes
# browsers send `Origin: null` with our own forms.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

_media_origin = (
    ["{0.scheme}://{0.netloc}".format(urlsplit(MEDIA_URL))]
    if urlsplit(MEDIA_URL).netloc
    else []
)
# The nonce enters the header only where a template asks for it, which is the admin:
# in a page that caches keep it would be the same for everybody.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", *_media_origin],
    "media-src": [CSP.SELF, *_media_origin],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "report-uri": ["/api/csp-reports/"],
    # Browsers that know it leave the line above aside, and report over https only.
    **({"report-to": ["csp"]} if SITE_IS_SECURE else {}),
}

# How long things are kept ---------------------------------------------------------

# In days; `manage.py forget_old` and the worker keep to it, and the privacy page says
# it. KEEP_DAYS_LOG_INS=30 in the environment is thirty days for `log_ins`.
RETENTION_DAYS = {
    name: env.number(f"KEEP_DAYS_{name.upper()}", default=days)
    for name, days in {
        "unconfirmed_sign_ups": 30,
        "left_readers": 1095,
        "consent_network_addresses": 365,
        "address_changes": 14,
        "deliveries": 730,
        "error_report_names": 90,
        "preview_visits": 90,
        "log_ins": 180,
        "autosaved_texts": 30,
        "missing_paths": 180,
        "policy_reports": 30,
        "closed_requests": 730,
        "request_network_addresses": 90,
        "copy_downloads": 365,
        "finished_tasks": 7,
        "sessions": 0,
    }.items()
}

# Logs and errors --------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "newsroom.log.JsonFormatter"}},
    "filters": {"no_alarm": {"()": "newsroom.log.NoAlarm"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["no_alarm"],
        },
    },
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        # Django's own handlers would print every line a second time, as text.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Lines that an idle worker would write for ever; failures are in our own.
        "django_tasks_db": {"level": "WARNING"},
        "django.tasks": {"level": "CRITICAL"},
        # How each font of an invoice was made smaller.
        "fontTools": {"level": "WARNING"},
        "fpdf": {"level": "ERROR"},
        # Which passkey somebody of the staff has.
        "fido2": {"level": "WARNING"},
        # Every robot that guesses addresses would be a warning.
        "django.request": {"level": "ERROR"},
    },
}

SENTRY_DSN = env.text("SENTRY_DSN", "")
if SENTRY_DSN:
    if not find_spec("sentry_sdk"):
        raise SystemExit(
            "SENTRY_DSN is set; its client is not installed: pip install sentry-sdk."
        )
    import sentry_sdk

    from newsroom.log import mask_event

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        # A function's variables hold what readers typed, and keys.
        include_local_variables=False,
        max_request_body_size="never",
        before_send=mask_event,
        before_send_transaction=mask_event,
    )
