def test_browsers_find_the_icon_where_they_look_for_it(client):
    response = client.get("/favicon.ico")

    assert (response.status_code, response.url) == (302, "/static/img/icon.svg")
