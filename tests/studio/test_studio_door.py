"""The door and the guard: who gets in, and what no other page can do."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from studio_samples import ADDRESS, token

from gale.studio.door import COOKIE

PAGES = ("/welcome", "/campaigns", "/contacts")


def test_without_a_session_every_page_is_closed(client: TestClient) -> None:
    for page in (*PAGES, "/", "/brand/x.css", "/c/x/report.html", "/people/p_1", "/nothing"):
        assert client.get(page).status_code == 401, page


def test_a_link_opens_once_and_the_cookie_is_for_this_site_alone(client: TestClient) -> None:
    first = client.get(client.link)  # type: ignore[attr-defined]
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/campaigns").status_code == 200
    client.cookies.clear()
    again = client.get(client.link)  # type: ignore[attr-defined]
    assert again.status_code == 401
    assert "set-cookie" not in again.headers
    assert "gale serve" in again.text


def test_a_forged_session_is_no_session(client: TestClient) -> None:
    client.cookies.set(COOKIE, "name.0000")
    assert client.get("/campaigns").status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:8747.evil.example", ""])
def test_another_host_is_refused_so_that_rebinding_a_name_gains_nothing(inside: TestClient, host: str) -> None:
    assert inside.get("/campaigns", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
def test_a_change_from_another_page_is_refused(inside: TestClient, origin: str) -> None:
    form = {"csrf": token(inside), "choice": "ready"}
    assert inside.post("/welcome", data=form, headers={"origin": origin}).status_code == 403
    assert inside.get("/campaigns", headers={"origin": origin}).status_code == 403


def test_a_change_without_an_origin_or_with_a_wrong_token_is_refused(inside: TestClient) -> None:
    right = token(inside)
    assert inside.post("/welcome", data={"csrf": right, "choice": "ready"}).status_code == 403
    for wrong in ("", "0" * 64, right[:-1], "é"):
        answer = inside.post("/welcome", data={"csrf": wrong, "choice": "ready"}, headers={"origin": ADDRESS})
        assert answer.status_code == 403


def test_a_form_larger_than_a_form_is_refused(inside: TestClient) -> None:
    answer = inside.post("/welcome", data={"csrf": token(inside), "name": "x" * 100_000}, headers={"origin": ADDRESS})
    assert answer.status_code == 413


def test_every_page_carries_the_headers_of_a_strict_policy(inside: TestClient) -> None:
    for page in (*PAGES, "/nothing"):
        headers = inside.get(page).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_the_language_switch_keeps_the_page_and_leads_nowhere_else(inside: TestClient) -> None:
    assert inside.get("/language/fr?back=/campaigns").headers["location"] == "/campaigns"
    assert '<html lang="fr">' in inside.get("/campaigns").text
    inside.get("/language/en?back=/")
    assert '<html lang="en">' in inside.get("/campaigns").text
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example"):
        assert inside.get("/language/en", params={"back": elsewhere}).headers["location"] == "/"


def test_a_page_that_is_not_there_says_so_in_the_readers_language(inside: TestClient) -> None:
    inside.get("/language/fr?back=/")
    answer = inside.get("/c/nowhere/plan")
    assert answer.status_code in (303, 404)
    assert "Il n’y a pas de telle page" in inside.get("/nowhere").text


def test_a_message_in_the_address_is_never_shown(inside: TestClient) -> None:
    for page in ("/contacts?done=<b>hello</b>", "/campaigns?done=<b>hello</b>"):
        html = inside.get(page).text
        assert "<b>hello" not in html
        assert 'class="toast"' not in html


def test_a_person_nobody_knows_is_told_as_such(inside: TestClient) -> None:
    answer = inside.get("/people/p_nobody")
    assert answer.status_code == 404
    assert "p_nobody" in answer.text
