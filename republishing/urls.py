from django.urls import path

from articles import converters
from republishing import feeds, views

converters.register()

app_name = "republishing"
urlpatterns = [
    path("", views.front, name="front"),
    path("quote/<str:key>/", views.request_detail, name="request_detail"),
    path("quote/<str:key>/invoice/", views.invoice, name="invoice"),
    path("quote/<str:key>/invoice.pdf", views.invoice_pdf, name="invoice_pdf"),
    path("copy/<str:key>/", views.copy_detail, name="copy_detail"),
    path("partner/<str:key>/", feeds.partner_feed, name="partner_feed"),
    path("seen/<str:key>.gif", views.pixel, name="pixel"),
    path(
        "<word:section_slug>/<word:slug>/", views.request_create, name="request_create"
    ),
]
