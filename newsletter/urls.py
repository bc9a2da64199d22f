from django.urls import path

from articles import converters
from newsletter import feeds, preference_views, views

converters.register()

app_name = "newsletter"
urlpatterns = [
    path("", views.newsletter_list, name="newsletter_list"),
    path("sign-up/", views.sign_up, name="sign_up"),
    path("check-your-inbox/", views.check_your_inbox, name="check_your_inbox"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path(
        "confirm/<str:token>/address/",
        preference_views.address_confirm,
        name="address_confirm",
    ),
    path(
        "confirm/<str:token>/back/", preference_views.address_back, name="address_back"
    ),
    path("confirm/<str:token>/data/", preference_views.data, name="data"),
    path("confirm/<str:token>/erase/", preference_views.erase, name="erase"),
    path(
        "preferences/<str:token>/",
        preference_views.preferences_page,
        name="preferences",
    ),
    path("preferences/<str:token>/pause/", preference_views.pause, name="pause"),
    path("preferences/<str:token>/address/", preference_views.address, name="address"),
    path("preferences/<str:token>/data/", preference_views.data_ask, name="data_ask"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("count/<str:key>.gif", views.count_open, name="count_open"),
    path("count/<str:key>/", views.count_click, name="count_click"),
    path("mail-events/<str:provider>/", views.provider_events, name="provider_events"),
    path("<word:slug>/", views.newsletter_detail, name="newsletter_detail"),
    path("<word:slug>/feed/", feeds.newsletter_feed, name="newsletter_feed"),
    path("<word:slug>/<word:issue_slug>/", views.issue_detail, name="issue_detail"),
]
