"""By which way a mail came: from the topmost line that our own boundary wrote, and none below."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import mail

from postdesk.mailbox.path import path_of

MX = "by mx.example.com with ESMTPS id 4QX for <support@example.com>; Mon, 23 Nov 2026 09:00:00"
HOME = f"from laptop (dsl-12.muc.provider.example [203.0.113.9]) {MX}"  # documentation network
HOME = HOME.replace("203.0.113.9", "93.184.216.34")
FORGED = f"from x (mail.trusted.example [8.8.8.8]) {MX}"


def path(*received: str, peer: str = "127.0.0.1") -> str:
    return path_of(peer, mail(headers=tuple(("received", line) for line in received)))


@pytest.mark.parametrize(
    ("case", "peer", "expected"),
    [
        ("who speaks to us from outside", "93.184.216.34", "net:93.184.216.0/24"),
        ("with words behind it", "93.184.216.34 as anna", "net:93.184.216.0/24"),
        ("by IPv6", "2606:4700:10:1::5", "net:2606:4700:10::/48"),
        ("in brackets", "[2606:4700:10:1::5]", "net:2606:4700:10::/48"),
        ("nobody", "", ""),
        ("nonsense", "unix:/run/lmtp", ""),
    ],
)
def test_the_peer_itself(case: str, peer: str, expected: str) -> None:
    below = () if expected == "" else (FORGED,)
    assert path(*below, peer=peer) == expected, case


@pytest.mark.parametrize(
    ("case", "line", "expected"),
    [
        ("Postfix", HOME, "host:muc.provider.example"),
        ("no name", f"from laptop (unknown [93.184.216.34]) {MX}", "net:93.184.216.0/24"),
        ("two labels", f"from x (provider.example [93.184.216.34]) {MX}", "host:provider.example"),
        ("a dot at the end", f"from x (m.p.example. [93.184.216.34]) {MX}", "host:p.example"),
        ("upper case", f"FROM x (M.P.EXAMPLE [93.184.216.34]) {MX}", "host:p.example"),
        (
            "IPv6",
            f"from x (unknown [IPv6:2606:4700:10:1::5]) {MX}",
            "net:2606:4700:10::/48",
        ),
        ("Exim", f"from x ([93.184.216.34]:5123 helo=x) {MX}", "net:93.184.216.0/24"),
        (
            "Sendmail doubts the name",
            f"from x (m.p.example [93.184.216.34] (may be forged)) {MX}",
            "net:93.184.216.0/24",
        ),
        ("Exchange", f"from x (93.184.216.34) {MX}", "net:93.184.216.0/24"),
        (
            "a name that is a number",
            f"from x (1.2.3.4 [93.184.216.34]) {MX}",
            "net:93.184.216.0/24",
        ),
        ("folded", HOME.replace(" by", "\r\n\tby"), "host:muc.provider.example"),
    ],
)
def test_what_our_boundary_wrote(case: str, line: str, expected: str) -> None:
    assert path(line) == expected, case
    assert path(line, FORGED) == expected, case


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("handed over inside", f"from mx.example.com (mx.example.com [10.0.0.7]) {MX}"),
        ("from a filter on the same machine", f"from localhost (localhost [127.0.0.1]) {MX}"),
        ("from a filter by IPv6", f"from localhost (localhost [IPv6:::1]) {MX}"),
        ("into the mailbox", "from mx.example.com by mx.example.com with LMTP id 7; Mon"),
        ("by a program", "by mx.example.com (Postfix, from userid 1000) id 7; Mon"),
    ],
)
def test_hops_of_our_own_are_passed_over(case: str, line: str) -> None:
    assert path(line, HOME, FORGED) == "host:muc.provider.example", case


@pytest.mark.parametrize(
    "line",
    [
        "from somewhere by mx.example.com with SMTP id 7; Mon",
        "from x (a host that cannot be told) by mx.example.com with SMTP id 7",
        "from x [93.184.216.34 by mx.example.com",
        "from (  ) by mx",
        'from [93.184.216.34] (helo=x) by mx (envelope-from <"a with LMTP b"@evil.example>)',
        "from x (m.p.example [999.1.1.1]) by mx",
    ],
)
def test_below_a_line_that_cannot_be_read_nothing_is_believed(line: str) -> None:
    """It may be our boundary's; then the sender wrote what stands below."""
    assert path(line, FORGED) == ""


def test_a_name_the_sender_made_up_in_his_greeting_is_not_read() -> None:
    line = f"from mail.trusted.example([8.8.8.8]) (dsl.evil.example [93.184.216.34]) {MX}"
    assert path(line) == "host:evil.example"


def test_without_a_line_of_ours_it_cannot_be_told() -> None:
    assert path() == "net:127.0.0.0/24"
    assert path(peer="10.1.2.3") == "net:10.1.2.0/24"


@given(st.lists(st.text(max_size=80), max_size=5), st.text(max_size=30))
def test_whatever_stands_there_a_path_is_a_text(lines: list[str], peer: str) -> None:
    found = path(*lines, peer=peer)
    assert found == "" or found.startswith(("net:", "host:"))
