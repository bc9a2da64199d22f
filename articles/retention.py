"""What stories and their desk forget with time; `newsroom.lib.retention` says how."""

from articles.models import (
    AutosavedText,
    ErrorReport,
    LoginEvent,
    MissingPath,
    PolicyReport,
    PreviewVisit,
)
from newsroom.lib.retention import change, delete


def _error_report_names(before, batch):
    rows = ErrorReport.objects.filter(handled_at__lte=before)
    return change(rows.exclude(name="", email=""), batch, name="", email="")


def _preview_visits(before, batch):
    return delete(PreviewVisit.objects.filter(at__lt=before), batch)


def _log_ins(before, batch):
    return delete(LoginEvent.objects.filter(at__lt=before), batch)


def _autosaved_texts(before, batch):
    return delete(AutosavedText.objects.filter(saved_at__lt=before), batch)


def _missing_paths(before, batch):
    """What an editor chose to ignore stays, or it would come back as new."""
    rows = MissingPath.objects.filter(last_seen_at__lt=before, is_ignored=False)
    return delete(rows, batch)


def _policy_reports(before, batch):
    return delete(PolicyReport.objects.filter(last_seen_at__lt=before), batch)


RULES = {
    "error_report_names": _error_report_names,
    "preview_visits": _preview_visits,
    "log_ins": _log_ins,
    "autosaved_texts": _autosaved_texts,
    "missing_paths": _missing_paths,
    "policy_reports": _policy_reports,
}
