"""The lists of the admin."""

from django.contrib import admin

from newsroom.lib.lists import LargeList


class Row:
    pk = 7

    def __str__(self):
        return '<b>"A" & B</b>'


def test_the_box_of_a_row_is_what_django_makes():
    box = LargeList.action_checkbox(None, Row())

    assert box == admin.ModelAdmin.action_checkbox(None, Row())
