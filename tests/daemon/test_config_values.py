"""Durations, sizes and listen addresses, as admins write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.daemon.config_values import Listen, duration, listen, size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("90s", 90), ("5m", 300), ("1h30m", 5400), ("2h 5s", 7205), ("30d", 2_592_000)],
)
def test_durations(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "5", "m", "5 minutes", "-5m", "99999d", "2bd", 5, None])
def test_what_is_no_duration(value: object) -> None:
    with pytest.raises(ValueError, match=r"must be|longer"):
        duration(value)


@pytest.mark.parametrize(
    ("text", "count"), [("35MB", 36_700_160), ("500kB", 512_000), ("1GB", 2**30), ("10", 10)]
)
def test_sizes(text: str, count: int) -> None:
    assert size(text) == count


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:25", "127.0.0.1", 25),
        ("[::1]:2525", "::1", 2525),
        ("Mail.local:0", "mail.local", 0),
    ],
)
def test_listen_addresses(text: str, host: str, port: int) -> None:
    assert listen(text) == Listen(host, port)
    assert listen(str(listen(text))) == listen(text)


@pytest.mark.parametrize(
    "text", ["host", "host:", "host:x", "host:65536", "[::g]:1", "a b:1", "host:²"]
)
def test_what_is_no_listen_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        listen(text)


@given(st.one_of(st.text(), st.integers(), st.none(), st.lists(st.text())))
def test_values_are_read_or_refused_and_nothing_else(value: object) -> None:
    for read in (duration, size, listen):
        try:
            read(value)
        except ValueError as error:
            assert str(error)
