"""How the site starts from an environment, in a process of its own."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from newsroom.env import ROOT, read_env_file

PUBLIC_SITE = {
    "SECRET_KEY": "".join(chr(33 + number) for number in range(60)),
    "SITE_URL": "https://news.example",
    "EMAIL_URL": "smtps://mail.example",
}


def manage(*arguments, **variables):
    """Run manage.py with these variables alone."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": "", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_public_site_passes_the_deploy_check():
    run = manage("check", "--deploy", "--fail-level", "WARNING", **PUBLIC_SITE)

    assert (run.returncode, run.stderr.count("WARNINGS")) == (0, 0)


@pytest.mark.parametrize(
    ("site_url", "expected"),
    [
        ("https://news.example", "/api/csp-reports/ csp"),
        ("http://news.example", "/api/csp-reports/ -"),
    ],
)
def test_blocked_content_is_reported_in_the_way_that_is_heard(site_url, expected):
    asked = (
        "from django.conf import settings; policy = settings.SECURE_CSP; "
        "print(*policy['report-uri'], *policy.get('report-to', '-'))"
    )
    run = manage("shell", "-v0", "-c", asked, **{**PUBLIC_SITE, "SITE_URL": site_url})

    assert run.stdout.strip() == expected


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set."),
        ({"DEBUG": "ture"}, "DEBUG is 'ture'; write true or false."),
        ({"SITE_URL": "news.example"}, "SITE_URL starts with nothing://"),
        ({"DATABASE_URL": "mysql://db/news"}, "DATABASE_URL starts with mysql://"),
        (
            {"EMAIL_EVENTS": "postmark"},
            "EMAIL_EVENTS is set, so ANYMAIL_WEBHOOK_SECRET",
        ),
        ({"EMAIL_URL": "anymail://nobody"}, "EMAIL_URL is 'anymail://nobody'; write"),
    ],
)
def test_wrong_value_stops_the_start_with_one_sentence(variables, sentence):
    run = manage("check", **{**PUBLIC_SITE, **variables})

    assert run.returncode == 1
    assert run.stderr.startswith(sentence)
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("site_url", "expected"),
    [
        ("https://news.example", "__Host-sessionid __Host-csrftoken __Secure-device"),
        ("http://127.0.0.1:8000", "sessionid csrftoken device"),
    ],
)
def test_cookies_of_a_secure_site_come_from_its_host_alone(site_url, expected):
    names = "SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.DEVICE_COOKIE_NAME"
    script = f"from newsroom import settings as s; print(s.{names})"
    variables = {**PUBLIC_SITE, "SITE_URL": site_url}

    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": "", **variables},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stdout.strip() == expected


def test_every_variable_is_listed_with_a_comment():
    source = (ROOT / "newsroom/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', source))

    read |= {f"KEEP_DAYS_{name.upper()}" for name in settings.RETENTION_DAYS}

    assert set(read_env_file(ROOT / ".env.example")) == read


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pins_name_no_host_and_every_package_has_hashes(name):
    text = (ROOT / name).read_text()
    pins = re.findall(r"^[a-z0-9._-]+==\S+ \\$", text, re.MULTILINE | re.IGNORECASE)
    others = [
        line
        for line in text.splitlines()
        if line and not line.startswith((" ", "#")) and line not in pins
    ]

    assert others == []
    assert not re.search(r"https?:|file:|index-url", text)


@pytest.fixture
def machine(tmp_path):
    """Run `make` on a machine with only the programs given as name to script."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ["sh", "make", "rm", "mkdir", "touch"]:
        found = next(
            path
            for directory in os.environ["PATH"].split(os.pathsep)
            if os.access(path := os.path.join(directory, name), os.X_OK)  # noqa: PTH118
        )
        (programs / name).symlink_to(found)
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())

    def make(target, **scripts):
        for name, script in scripts.items():
            file = programs / name.replace("_", ".")
            file.write_text(f"#!/bin/sh\n{script}\n")
            file.chmod(0o755)
        nowhere = str(tmp_path / "nowhere")
        return subprocess.run(
            [programs / "make", target],
            cwd=tmp_path,
            env={"PATH": str(programs), "HOME": nowhere, "PYENV_ROOT": nowhere},
            capture_output=True,
            text=True,
            check=False,
        )

    return make


def test_make_says_what_to_install_where_no_python_is_new_enough(machine):
    run = machine(".venv/bin/python", python3="exit 1", python3_13="exit 127")

    assert run.returncode == 2
    assert run.stderr.startswith("Newsroom needs Python 3.12 or newer")


def test_make_takes_the_first_python_that_is_new_enough(machine, tmp_path):
    new_enough = (
        'case "$1$2" in --version) echo Python 3.12.9;; '
        "-mvenv) mkdir -p .venv/bin && touch .venv/bin/python;; esac"
    )

    run = machine(
        ".venv/bin/python",
        python3="exit 1",
        python3_14="exit 127",
        python3_12=new_enough,
    )

    assert run.stdout == "Making .venv with Python 3.12.9\n"
    assert (tmp_path / ".venv/bin/python").exists()
