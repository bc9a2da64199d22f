from django.urls import path

from articles import converters
from republishing import views

converters.register()

app_name = "republishing"
urlpatterns = [
    path("", views.front, name="front"),
    path("quote/<str:key>/", views.request_detail, name="request_detail"),
    path(
        "<word:section_slug>/<word:slug>/", views.request_create, name="request_create"
    ),
]
