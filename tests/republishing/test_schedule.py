import datetime

import pytest

from republishing import schedule
from republishing.models import FeeAudience, Medium, OrganisationType
from tests.factories.republishing import FeeFactory

pytestmark = pytest.mark.django_db


def test_tables_say_what_each_organisation_pays():
    FeeFactory(organisation_type=OrganisationType.NON_PROFIT, amount=0)
    FeeFactory(audience=FeeAudience.UNDER_10000, amount=12000)
    FeeFactory(audience=FeeAudience.UP_TO_100000, amount=22050)
    FeeFactory(audience=FeeAudience.ANY, medium=Medium.BOOK, amount=9000)
    FeeFactory(audience=FeeAudience.OVER_100000, medium=Medium.BOOK, amount=24000)

    found = schedule.tables()["tables"]

    assert found == [
        {
            "name": "Non-profit organisation",
            "rows": [{"medium": "Website", "cells": [{"text": "free", "columns": 3}]}],
        },
        {
            "name": "Publisher",
            "rows": [
                {
                    "medium": "Website",
                    "cells": [
                        {"text": "€120", "columns": 1},
                        {"text": "€220.50", "columns": 1},
                        {"text": "ask us", "columns": 1},
                    ],
                },
                {
                    "medium": "Book",
                    "cells": [
                        {"text": "€90", "columns": 1},
                        {"text": "€90", "columns": 1},
                        {"text": "€240", "columns": 1},
                    ],
                },
            ],
        },
    ]


def test_newest_valid_fee_is_shown():
    FeeFactory(valid_from=datetime.date(2020, 1, 1), amount=100)
    FeeFactory(valid_from=datetime.date(2021, 1, 1), amount=200)

    rows = schedule.tables()["tables"][0]["rows"]

    assert rows[0]["cells"] == [{"text": "€2", "columns": 3}]
