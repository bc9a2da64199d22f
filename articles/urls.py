from django.urls import path

from articles import converters, feeds, report_views, sitemaps, views

converters.register()

app_name = "articles"
urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("feed/", feeds.site_feed, name="site_feed"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap_index"),
    path("sitemap-news.xml", sitemaps.news_sitemap, name="news_sitemap"),
    path("sitemap-<word:name>-<int:number>.xml", sitemaps.sitemap, name="sitemap"),
    path("search/", views.search, name="search"),
    path("corrections/", views.correction_list, name="correction_list"),
    path(
        "corrections/report/thank-you/",
        report_views.report_received,
        name="report_received",
    ),
    path(
        "corrections/report/<word:section_slug>/<word:slug>/",
        report_views.report_create,
        name="report_create",
    ),
    path("tags/", views.tag_list, name="tag_list"),
    path("tags/<word:slug>/", views.tag_detail, name="tag_detail"),
    path("tags/<word:slug>/feed/", feeds.tag_feed, name="tag_feed"),
    path("authors/<word:slug>/", views.author_detail, name="author_detail"),
    path("authors/<word:slug>/feed/", feeds.author_feed, name="author_feed"),
    path("archive/", views.archive_index, name="archive_index"),
    path("archive/<year:year>/<two:month>/", views.archive_month, name="archive_month"),
    path(
        "archive/<year:year>/<two:month>/<two:day>/",
        views.archive_day,
        name="archive_day",
    ),
    path("preview/<word:token>/", views.article_preview, name="article_preview"),
    path("<word:slug>/", views.section_detail, name="section_detail"),
    path("<word:slug>/feed/", feeds.section_feed, name="section_feed"),
    path(
        "<word:section_slug>/<word:slug>/", views.article_detail, name="article_detail"
    ),
]
