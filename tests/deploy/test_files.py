"""The files in deploy/ name commands, settings and paths of the project that exist."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

DEPLOY = settings.BASE_DIR / "deploy"
FILES = sorted(
    path
    for path in DEPLOY.rglob("*")
    if path.is_file() and not path.name.startswith((".", "site.nginx"))
)
EXAMPLE = set(
    re.findall(
        r"^(?:# )?(\w+)=", (settings.BASE_DIR / ".env.example").read_text(), re.M
    )
)
# Of the programs that stand around the site, not ours.
FOREIGN = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "ENV_FILE",
    "PATH",
    "POSTGRES_DB",
    "POSTGRES_PASSWORD_FILE",
    "POSTGRES_USER",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED",
    "PIP_DISABLE_PIP_VERSION_CHECK",
    "PIP_NO_CACHE_DIR",
    "SSL_CERT_FILE",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_commands_exist(path):
    text = path.read_text("utf-8")
    named = re.findall(r"manage\.py[ \",]+([a-z]\w+)", text)

    assert [name for name in named if name not in get_commands()] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_exist(path):
    text = path.read_text("utf-8")
    named = set(re.findall(r"\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b(?:=|: )", text))

    known = EXAMPLE | FOREIGN | {f"{name}_FILE" for name in EXAMPLE}
    assert sorted(named - known) == []


def test_container_holds_what_the_site_imports():
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    kept = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    containerfile = (DEPLOY / "Containerfile").read_text()
    needed = {"manage.py", "static", "templates", "requirements-server.txt"}
    needed |= {path.parent.name for path in settings.BASE_DIR.glob("*/apps.py")}

    assert needed <= kept
    assert all((settings.BASE_DIR / name).exists() for name in kept)
    assert "USER 10001" in containerfile
    assert "--require-hashes" in containerfile


def test_nginx_waits_for_no_container_and_so_stays_while_the_site_is_replaced():
    text = (DEPLOY / "compose.yaml").read_text()
    services = re.split(r"^  (?=\w+:$)", text, flags=re.MULTILINE)
    (nginx,) = [service for service in services if service.startswith("nginx:")]

    assert "docker.io/library/nginx" in nginx
    assert "depends_on" not in nginx


UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_run_with_no_more_than_they_need(path):
    lines = path.read_text().splitlines()

    assert "User=newsroom" in lines
    assert "NoNewPrivileges=true" in lines
    assert "ProtectSystem=strict" in lines
    assert "CapabilityBoundingSet=" in lines


def test_every_timer_has_its_service():
    timers = {path.stem for path in (DEPLOY / "systemd").glob("*.timer")}

    assert timers <= {path.stem for path in UNITS}


@pytest.mark.parametrize(
    "path", [DEPLOY / "compose.yaml", *UNITS], ids=lambda path: path.name
)
def test_no_secret_stands_in_them(path):
    text = path.read_text()

    assert not re.search(r"(?:SECRET_KEY|PASSWORD|DATABASE_URL|EMAIL_URL)\s*[:=]", text)


def pins(name):
    text = (settings.BASE_DIR / name).read_text()
    return set(re.findall(r"^([\w.-]+==[\w.+!-]+) \\$", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements-server.txt", "requirements-dev.txt"])
def test_every_lock_holds_what_the_site_needs(name):
    needed = pins("requirements.txt")

    assert len(needed) > 20
    assert needed - pins(name) == set()
