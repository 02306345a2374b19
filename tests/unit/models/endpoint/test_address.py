"""Which endpoint is meant, and keeping what opens it to ourselves."""

from __future__ import annotations

import base64

import pytest

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.models.endpoint.address import OPENAI_URL, find_address, is_loopback
from ferrobench.models.endpoint.redaction import Redaction

KEY = "key-3141592653589793"
KEYED = {"OPENAI_API_KEY": KEY}


def test_the_flag_goes_before_the_environment_and_that_before_openai() -> None:
    """An empty variable is none."""
    environment = {**KEYED, "OPENAI_BASE_URL": "https://there.example/v1"}

    assert find_address("https://here.example/v1/", environment).url == "https://here.example/v1"
    assert find_address(None, environment).url == "https://there.example/v1"
    assert find_address(None, {**KEYED, "OPENAI_BASE_URL": ""}).url == OPENAI_URL


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "[::1]", "localhost", "api.localhost"])
def test_this_machine_needs_no_key(host: str) -> None:
    """Its servers mostly ask for none."""
    assert find_address(f"http://{host}:8000/v1", {}).authorization == "Bearer none"
    assert find_address(f"http://{host}:8000/v1", KEYED).authorization == f"Bearer {KEY}"


@pytest.mark.parametrize("url", [None, "http://10.0.0.7:8000/v1", "http://localhost.example/v1"])
def test_elsewhere_a_missing_key_is_told_before_anything_is_sent(url: str | None) -> None:
    """Another variable, or an empty one, is no key."""
    with pytest.raises(NotReadyError, match=r"OPENAI_API_KEY is not set, and http.* is not on this machine"):
        find_address(url, {"OPENAI_API_KEY": " ", "OPENAI_ADMIN_KEY": KEY})


def test_a_key_that_no_header_takes_is_not_shown() -> None:
    """White space around it is left out: it comes from copying."""
    assert find_address(None, {"OPENAI_API_KEY": f" {KEY}\n"}).authorization == f"Bearer {KEY}"
    with pytest.raises(NotReadyError, match="OPENAI_API_KEY") as raised:
        find_address(None, {"OPENAI_API_KEY": "key-3141\n592653589793"})

    assert "3141" not in str(raised.value)


def test_credentials_in_a_url_are_sent_and_shown_nowhere() -> None:
    """A login takes the place of the key; a query goes with every request."""
    address = find_address(
        "https://user%40x:p%2Fassword@there.example:8443/v1?api-version=7&code=%2Bsecret", {}
    )

    assert address.url == "https://there.example:8443/v1"
    assert address.query == {"api-version": "7", "code": "+secret"}
    assert address.authorization == "Basic " + base64.b64encode(b"user@x:p/assword").decode()
    for hidden in ("assword", "secret", "user", "none"):
        assert hidden not in repr(address)
    for written in ("p/assword", "p%2Fassword", "user@x", "+secret", address.authorization):
        assert "[redacted]" in address.redaction.apply(f"before {written} after")


@pytest.mark.parametrize(
    "url", ["ftp://user:secret@there.example", "user:secret@there.example/v1", "//u?key=secret"]
)
def test_a_url_that_is_none_is_shown_only_where_it_holds_no_secret(url: str) -> None:
    """Where it is broken nobody can say which part is the password."""
    with pytest.raises(UsageError) as raised:
        find_address(url, KEYED)

    assert "secret" not in str(raised.value)
    with pytest.raises(UsageError, match=r"found 'there\.example/v1'"):
        find_address("there.example/v1", KEYED)


@pytest.mark.parametrize("host", ["example.com", "10.0.0.1", "localhost.example.com", "fe80::1", ""])
def test_other_machines_are_not_this_one(host: str) -> None:
    """Whatever they are called."""
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {KEY}.",
        f"Authorization: Bearer {KEY}",
        f"{{'key': '{KEY}'}}",
        f"{KEY[:14]}",
        f"{KEY[:9]}**********{KEY[-2:]}",
        f"https://there.example/v1?key={KEY}&more",
    ],
)
def test_no_form_of_a_key_gets_through(text: str) -> None:
    """Whole, cut, starred, or in another text."""
    redacted = Redaction([KEY]).line(text)

    assert "31415" not in redacted
    assert "[redacted]" in redacted


def test_keys_of_others_are_left_out_too() -> None:
    """A gateway may show its own."""
    text = Redaction([]).line("Bearer abcdef, basic dXNlcjpw; sk-proj-abc***xyz is wrong")

    assert text == "Bearer [redacted], basic [redacted]; [redacted] is wrong"


def test_what_a_server_says_becomes_one_printable_line() -> None:
    """No escape sequence of a server's reaches a terminal, and no novel fills it."""
    line = Redaction(["abcdefgh"]).line("one\n\ttwo \x1b[31mthree\u202e " + "x" * 1000)

    assert line.startswith("one two [31mthree x")
    assert len(line) == 301


def test_short_secrets_hide_nothing_else() -> None:
    """A key such as x would leave no word of a message."""
    assert Redaction(["x", "", "abc"]).apply("abc: expected x") == "abc: expected x"


def test_only_an_unmistakable_secret_disqualifies_a_completion() -> None:
    """A model may write the word that is somebody's password."""
    assert Redaction([KEY]).betrays(f'let key = "{KEY}";')
    assert not Redaction(["password"]).betrays("let password = 1;")
