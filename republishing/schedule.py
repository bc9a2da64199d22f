"""The fee schedule as tables that people read: one for each kind of organisation."""

from republishing.models import (
    Audience,
    Fee,
    FeeAudience,
    Invoicing,
    Medium,
    OrganisationType,
)

ASK = "ask us"


def tables(*, on=None):
    """The fees that hold on a day, as dicts of name, audiences and rows.

    A row has a medium and cells; a cell has text and the number of columns it spans.
    What has no fee says that the desk answers. `tax` is what is added, or empty.
    """
    fees = {
        (fee.organisation_type, fee.medium, fee.audience): fee
        for fee in Fee.objects.valid(on=on)
    }
    found = []
    for organisation_type in OrganisationType:
        rows = [
            {"medium": medium.label, "cells": _cells(fees, organisation_type, medium)}
            for medium in Medium
            if any(key[:2] == (organisation_type, medium) for key in fees)
        ]
        if rows:
            found.append({"name": organisation_type.label, "rows": rows})
    return {
        "audiences": [audience.label for audience in Audience],
        "tables": found,
        "tax": Invoicing.objects.current().tax_in_words,
    }


def _cells(fees, organisation_type, medium):
    whole = fees.get((organisation_type, medium, FeeAudience.ANY))
    by_audience = [
        fees.get((organisation_type, medium, audience)) for audience in Audience
    ]
    if whole and not any(by_audience):
        return [{"text": whole.price, "columns": len(by_audience)}]
    prices = [fee or whole for fee in by_audience]
    return [{"text": fee.price if fee else ASK, "columns": 1} for fee in prices]
