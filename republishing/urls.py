from django.urls import path

from republishing import views

app_name = "republishing"
urlpatterns = [
    path("", views.front, name="front"),
    path("quote/<str:key>/", views.request_detail, name="request_detail"),
    path("<str:section_slug>/<str:slug>/", views.request_create, name="request_create"),
]
