"""W3C's HTML checker and html-validate, on every page of the site."""

import pytest

from tests.judges.html_judges import ask_html_checker, ask_html_validate


@pytest.fixture
def documents(html_pages, tmp_path):
    """A directory with every page of the site, and the pages' addresses by file."""
    names = {f"{number}.html": page for number, page in enumerate(html_pages)}
    for name, page in names.items():
        (tmp_path / name).write_bytes(page.body)
    return tmp_path, {name: page.address for name, page in names.items()}


def test_html_checker_sees_a_defect(node_modules, tmp_path):
    page = "<!DOCTYPE html><html lang=en><title>x</title><p id=a><p id=a><img src=x>"
    (tmp_path / "bad.html").write_text(page)
    (tmp_path / "good.html").write_text("<!DOCTYPE html><html lang=en><title>x</title>")

    found = ask_html_checker(node_modules, tmp_path)

    assert "Duplicate ID" in found["bad.html"][0]
    assert "good.html" not in found


def test_html_checker_finds_nothing(node_modules, documents):
    directory, addresses = documents

    found = ask_html_checker(node_modules, directory)

    assert {addresses[file]: messages for file, messages in found.items()} == {}


def test_html_validate_sees_a_defect(node_modules, tmp_path):
    (tmp_path / "bad.html").write_text("<p id=a>x</p><p id=a>y</p>")

    assert "no-dup-id" in " ".join(
        ask_html_validate(node_modules, tmp_path)["bad.html"]
    )


def test_html_validate_finds_nothing(node_modules, documents):
    directory, addresses = documents

    found = ask_html_validate(node_modules, directory)

    assert {addresses[file]: messages for file, messages in found.items()} == {}
