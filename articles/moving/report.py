"""The report of a run as CSV."""

import csv

from newsroom.lib import text


def write_csv(file, items):
    """The items of a run as CSV; a cell that a spreadsheet would run is made inert."""
    writer = csv.writer(file)
    writer.writerow(["id there", "kind", "outcome", "title", "reason"])
    rows = items if isinstance(items, list) else items.iterator()
    for item in rows:
        writer.writerow(
            text.inert(cell)
            for cell in [
                item.source_id,
                item.get_kind_display(),
                item.get_outcome_display(),
                item.title,
                item.reason.replace("\n", "; "),
            ]
        )
