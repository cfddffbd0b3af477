"""Letters in a row over one connection: each has its own verdict, whatever befalls the others."""

from collections.abc import Iterator, Mapping

import pytest
from fake_relay import MODERN, Answer, Close, FakeRelay

from postdesk.mailbox.submit_smtp import Relay, SmtpRelay
from postdesk.mailbox.verdict import Deferred, Outgoing, Refused, Sent, Verdict

NAMES = ("petra", "max", "ivo")
LOCK_STEP = [word for word in MODERN if word != "PIPELINING"]


def raw(name: str) -> bytes:
    return f"Subject: {name}\r\n\r\n.Hi\r\n".encode()


def letters(*names: str) -> list[Outgoing]:
    return [
        Outgoing("", f"{name}@kunde.example", raw(name), f"<{n}@example.com>")
        for n, name in enumerate(names)
    ]


def kinds(verdicts: list[Verdict]) -> list[type[Verdict]]:
    return [type(verdict) for verdict in verdicts]


def sent(
    script: Mapping[str, list[Answer]], features: list[str]
) -> tuple[FakeRelay, list[Verdict]]:
    with FakeRelay(script, features) as fake:
        relay = SmtpRelay(Relay("127.0.0.1", fake.port, "desk.example"))
        verdicts = list(relay.send_all(letters(*NAMES)))
        relay.close()
    return fake, verdicts


YES = "250 ok"
TROUBLE: Mapping[str, tuple[Mapping[str, list[Answer]], list[type[Verdict]], int]] = {
    "none": ({}, [Sent, Sent, Sent], 1),
    "the first is refused at its end": ({"DOT": ["554 spam"]}, [Refused, Sent, Sent], 1),
    "the second has no such user": ({"RCPT": [YES, "550 who?"]}, [Sent, Refused, Sent], 1),
    "the second is to come later": ({"MAIL": [YES, "451 busy"]}, [Sent, Deferred, Sent], 1),
    "the relay leaves after the first": ({"DOT": [Close("421 bye")]}, [Deferred, Sent, Sent], 2),
    "it leaves before the second": ({"MAIL": [YES, Close("421 bye")]}, [Sent, Sent, Sent], 2),
    "it hangs up before the second": ({"MAIL": [YES, Close()]}, [Sent, Sent, Sent], 2),
    "it takes the first and hangs up": ({"DOT": [Close()]}, [Deferred, Sent, Sent], 2),
}


@pytest.mark.parametrize("features", [list(MODERN), LOCK_STEP], ids=["pipelined", "lock-step"])
@pytest.mark.parametrize("what", TROUBLE)
def test_each_letter_has_its_own_verdict(what: str, features: list[str]) -> None:
    script, wanted, connections = TROUBLE[what]
    fake, verdicts = sent({verb: list(words) for verb, words in script.items()}, features)
    assert (kinds(verdicts), fake.connections) == (wanted, connections)
    raws = [letter.raw for letter in fake.letters]
    for name, verdict in zip(NAMES, verdicts, strict=True):
        assert raws.count(raw(name)) == 1 or not isinstance(verdict, Sent)


def test_what_cannot_be_addressed_is_refused_in_its_place() -> None:
    with FakeRelay() as fake:
        relay = SmtpRelay(Relay("127.0.0.1", fake.port, "desk.example"))
        verdicts = list(relay.send_all(letters("petra", "no such", "ivo")))
        relay.close()
    assert kinds(verdicts) == [Sent, Refused, Sent]


@pytest.mark.parametrize(("features", "early"), [(list(MODERN), True), (LOCK_STEP, False)])
def test_the_next_envelope_travels_with_the_letter_before(features: list[str], early: bool) -> None:
    """The relay has heard of the second before we took its word on the first."""
    with FakeRelay({}, features) as fake:
        relay = SmtpRelay(Relay("127.0.0.1", fake.port, "desk.example"))
        verdicts = relay.send_all(letters("petra", "max"))
        assert isinstance(next(verdicts), Sent)
        fake.wait_for(1)
        assert (relay._asked is not None) == early
        assert isinstance(next(verdicts), Sent)
        relay.close()


def test_who_asks_no_further_leaves_nothing_half_said() -> None:
    asked = list[str]()

    def watched() -> Iterator[Outgoing]:
        for letter in letters("petra", "max"):
            asked.append(letter.rcpt)
            yield letter

    with FakeRelay() as fake:
        relay = SmtpRelay(Relay("127.0.0.1", fake.port, "desk.example"))
        verdicts = relay.send_all(watched())
        assert isinstance(next(verdicts), Sent)
        verdicts.close()  # type: ignore[attr-defined]
        assert isinstance(relay.send("", "ivo@kunde.example", b"Subject: ivo\r\n\r\n", ""), Sent)
        relay.close()
        assert [letter.rcpt for letter in fake.letters] == [
            "<petra@kunde.example>",
            "<ivo@kunde.example>",
        ]
    assert asked == ["petra@kunde.example", "max@kunde.example"]


@pytest.mark.parametrize("many", [0, 1, 3, 499, 500, 501, 2000])
@pytest.mark.parametrize("line", ["", ".", ".x", "x", ". ", "..", "a.b"])
def test_dots_at_the_head_of_lines_come_through(many: int, line: str) -> None:
    """However many dots come before it."""
    body = f"Subject: x\r\n\r\n{'.'.join('x' * many)}\r\n{line}\r\n".encode()
    with FakeRelay() as fake:
        relay = SmtpRelay(Relay("127.0.0.1", fake.port, "desk.example"))
        assert isinstance(relay.send("", "petra@kunde.example", body, ""), Sent)
        assert isinstance(relay.send("", "petra@kunde.example", b".\r\n", ""), Sent)
        relay.close()
        assert [letter.raw for letter in fake.letters] == [body, b".\r\n"]
