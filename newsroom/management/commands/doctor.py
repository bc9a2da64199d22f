import json

from django.core.management.base import BaseCommand

from newsroom import doctor


class Command(BaseCommand):
    help = (
        "Tell what is wrong with this site and what to do about it. Exit status 1 if "
        "something is broken."
    )
    # It must run on a site that is broken, and asks the system checks itself.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--json", action="store_true", help="The findings as one JSON list."
        )

    def handle(self, *, json: bool, **options):
        styles = {
            doctor.OK: self.style.SUCCESS,
            doctor.WARNING: self.style.WARNING,
            doctor.BROKEN: self.style.ERROR,
            doctor.UNKNOWN: str,
        }
        found = []
        for finding in doctor.examine():
            found.append(finding)
            if not json:
                level = styles[finding.level](f"{finding.level:8}")
                self.stdout.write(f"{level} {finding.subject:12} {finding.says}")
                if finding.do:
                    self.stdout.write(f"{'':21} → {finding.do}")
                self.stdout.flush()
        broken = sum(finding.level == doctor.BROKEN for finding in found)
        if json:
            self.stdout.write(as_json(found))
        else:
            self.stdout.write(
                f"\n{broken} broken." if broken else "\nNothing is broken."
            )
        if broken:
            raise SystemExit(1)


def as_json(found):
    return json.dumps([finding._asdict() for finding in found], indent=2)
