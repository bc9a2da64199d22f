"""deploy/nginx.conf says again what the site says; the two must not part."""

import re
import shutil
import subprocess

import pytest
from django.conf import settings

from newsroom import edges, page_cache, personal

CONF = (settings.BASE_DIR / "deploy/nginx.conf").read_text()


def test_personal_addresses_are_those_of_the_site():
    (theirs,) = re.findall(r'"~\^/\(\?:(admin.*)\)\(\?:/\|\$\)" 1;', CONF)
    # a/(?:b|c) is a/b and a/c.
    flat = re.sub(
        r"(\w+)/\(\?:([^)]+)\)",
        lambda found: "|".join(f"{found[1]}/{word}" for word in found[2].split("|")),
        theirs,
    )
    ours = {
        address
        for address in personal.ADDRESSES
        if address.partition("/")[0] not in personal.ADDRESSES or "/" not in address
    }

    assert set(flat.split("|")) == ours


def test_arguments_that_make_no_other_page_are_those_of_the_site():
    assert f"(?:{page_cache.TRACKING.pattern})" in CONF


def test_header_is_that_of_the_site():
    variable = f"$http_{edges.HEADER.lower().replace('-', '_')} "
    assert f"map {variable}" in CONF
    # Nobody else's reaches the site.
    assert f'proxy_set_header {edges.HEADER} "";' in CONF


def test_nginx_takes_it(tmp_path):
    nginx = shutil.which("nginx")
    if not nginx:
        pytest.skip("nginx is not installed")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=x",
    ]
    made += ["-keyout", tmp_path / "NEWS.EXAMPLE.key"]
    made += ["-out", tmp_path / "NEWS.EXAMPLE.pem"]
    subprocess.run(made, check=True, capture_output=True)
    conf = CONF.replace("/etc/ssl", str(tmp_path))
    conf = conf.replace("/var/cache/nginx", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; events {{}} http {{ {conf} }}"
    )

    found = subprocess.run(
        [nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", "stderr"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stderr
