"""W3C's HTML checker and html-validate, asked about a directory of documents."""

import json
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from tests.judges.conftest import HERE

# Nothing is let pass; a finding that is wrong gets its reason here.
IGNORED_BY_CHECKER = ()


def ask_html_checker(node_modules, directory):
    """Return the W3C checker's messages on a directory's documents, by file name.

    One process for all of them: its start costs more than a hundred pages do. The
    compiler of long-running servers never pays here, and the first needs the stack.
    """
    java = shutil.which("java")
    if java is None:
        pytest.fail("The HTML checker needs Java: default-jre-headless.", pytrace=False)
    run = subprocess.run(
        [
            *[java, "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"],
            *["-jar", node_modules / "vnu-jar/build/dist/vnu.jar"],
            *["--format", "json", "--stdout", "--exit-zero-always"],
            *sorted(directory.glob("*.html")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = defaultdict(list)
    for message in json.loads(run.stdout)["messages"]:
        if (
            message["type"] in ("error", "non-document-error")
            or message.get("subType") == "warning"
        ) and not any(part in message["message"] for part in IGNORED_BY_CHECKER):
            words = f"line {message.get('lastLine')}: {message['message']}"
            found[Path(message["url"]).name].append(words)
    return dict(found)


def ask_html_validate(node_modules, directory):
    """Return the findings in a directory's documents: from file name to messages."""
    run = subprocess.run(
        [
            node_modules / ".bin/html-validate",
            *["--config", HERE / "html-validate.json", "--formatter", "json"],
            directory,
        ],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    return {
        Path(result["filePath"]).name: [
            f"line {message['line']}: {message['ruleId']}: {message['message']}"
            for message in result["messages"]
        ]
        for result in json.loads(run.stdout)
        if result["messages"]
    }
