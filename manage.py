#!/usr/bin/env python
"""Django's command line, with our settings."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        from django.core.management import (  # noqa: PLC0415 -- for the sentence below
            execute_from_command_line,
        )
    except ImportError:
        sys.exit(
            "Django is not installed for this Python. Run `make run` once, then use "
            ".venv/bin/python manage.py."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
