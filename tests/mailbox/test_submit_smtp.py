"""The SMTP transport against a relay that does what relays do on their bad days."""

import socket
from contextlib import closing

import pytest
from fake_relay import SILENCE, Answer, Close, FakeRelay
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.submit import Deferred, Refused, Sent, Verdict
from postdesk.mailbox.submit_smtp import Patience, Relay, SmtpRelay

RAW = b"Subject: x\r\n\r\nhello\r\n"
PETRA = "petra@kunde.example"
DESK = "support@example.com"
HURRIED = Patience(dial=5, reply=5, final=0.2)


def relay_to(fake: FakeRelay, patience: Patience | None = None) -> SmtpRelay:
    return SmtpRelay(Relay("127.0.0.1", fake.port, "desk.example"), patience)


def send(relay: SmtpRelay, rcpt: str = PETRA, raw: bytes = RAW, mail_from: str = DESK) -> Verdict:
    return relay.send(mail_from, rcpt, raw, "<1@example.com>")


def test_letters_go_over_one_kept_connection() -> None:
    with FakeRelay() as fake, closing(relay_to(fake)) as relay:
        for rcpt in (PETRA, "bob@example.com"):
            assert send(relay, rcpt) == Sent("250 2.0.0 taken as 1")
        relay.close()
        assert [letter.rcpt for letter in fake.letters] == [f"<{PETRA}>", "<bob@example.com>"]
        assert fake.letters[0].raw == RAW
        assert fake.connections == 1
        assert fake.verbs == ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "QUIT"]


def test_a_closed_relay_dials_again() -> None:
    with FakeRelay() as fake, closing(relay_to(fake)) as relay:
        send(relay)
        relay.close()
        relay.close()
        assert isinstance(send(relay), Sent)
        relay.close()
        assert fake.connections == 2


@pytest.mark.parametrize("features", [[], ["PIPELINING"], ["SIZE 100000", "PIPELINING"]])
def test_an_old_relay_is_served_as_well_as_a_new_one(features: list[str]) -> None:
    with FakeRelay(features=features) as fake, closing(relay_to(fake)) as relay:
        assert isinstance(send(relay), Sent)
        relay.close()
        assert fake.letters[0].raw == RAW
        assert ("SIZE=" in fake.letters[0].mail_from) == any("SIZE" in f for f in features)


FEATURES = pytest.mark.parametrize("features", [["PIPELINING"], []], ids=["pipelined", "lock-step"])


@FEATURES
@pytest.mark.parametrize(
    ("verb", "answer", "outcome"),
    [
        ("CONNECT", "554 5.7.1 go away", Deferred),
        ("CONNECT", Close(), Deferred),
        ("CONNECT", "not smtp", Deferred),
        ("EHLO", Close("421 4.3.2 shutting down"), Deferred),
        ("MAIL", "451 4.3.0 later", Deferred),
        ("MAIL", "550 5.7.1 you may not send as that", Deferred),
        ("MAIL", "552 5.3.4 too large", Refused),
        ("MAIL", Close(), Deferred),
        ("MAIL", Close("421 4.7.0 too many letters"), Deferred),
        ("RCPT", "450 4.2.0 greylisted", Deferred),
        ("RCPT", "550 5.1.1 no such user", Refused),
        ("RCPT", "553 5.1.3 bad name", Refused),
        ("RCPT", "530 5.7.0 authenticate first", Deferred),
        ("RCPT", Close("421 4.4.2 too slow"), Deferred),
        ("RCPT", "what?", Deferred),
        ("DATA", "451 4.3.0 later", Deferred),
        ("DATA", "554 5.5.1 no", Refused),
        ("DATA", "250 that is no invitation", Deferred),
        ("DATA", Close(), Deferred),
        ("DOT", "452 4.3.1 disk full", Deferred),
        ("DOT", "554 5.7.1 spam", Refused),
        ("DOT", Close("421 4.3.2 later"), Deferred),
    ],
)
def test_a_no_is_final_only_when_it_is_about_this_recipient_or_letter(
    features: list[str], verb: str, answer: Answer, outcome: type[Verdict]
) -> None:
    with FakeRelay({verb: [answer]}, features) as fake, closing(relay_to(fake)) as relay:
        verdict = send(relay)
        assert isinstance(verdict, outcome)
        said = answer.words if isinstance(answer, Close) else answer
        said = said if said[:1].isdigit() else ""
        assert isinstance(verdict, Deferred | Refused) and said in verdict.why
        assert isinstance(send(relay), Sent), "the next letter must not suffer"
        relay.close()
        assert fake.letters[-1].raw == RAW


def test_a_greylisted_letter_is_taken_the_second_time() -> None:
    with (
        FakeRelay({"RCPT": ["450 4.2.0 greylisted, come back later"]}) as fake,
        closing(relay_to(fake)) as relay,
    ):
        assert send(relay) == Deferred("at RCPT: 450 4.2.0 greylisted, come back later")
        assert isinstance(send(relay), Sent)
        relay.close()
        assert len(fake.letters) == 1
        assert fake.connections == 1


@pytest.mark.parametrize("answer", ["503 5.5.1 for whom?", "354 go ahead"])
def test_a_refused_recipient_does_not_cost_the_others_their_letter(answer: str) -> None:
    script: dict[str, list[Answer]] = {
        "RCPT": ["250 ok", "550 5.1.1 no such user", "250 ok"],
        "DATA": ["354 go ahead", answer, "354 go ahead"],  # RFC 2920 3.1 allows both to a pipeline
    }
    with FakeRelay(script) as fake, closing(relay_to(fake)) as relay:
        outcomes = [type(send(relay, f"{who}@kunde.example")) for who in ("a", "b", "c")]
        relay.close()
        assert outcomes == [Sent, Refused, Sent]
        assert [letter.raw for letter in fake.letters] == [RAW, RAW]
        assert fake.connections == 1


def test_words_of_the_relay_become_one_bounded_line() -> None:
    answer = "554-5.7.1 first\r\n554-5.7.1 \x1b[31msecond\r\n554 5.7.1 " + "x" * 1000
    with FakeRelay({"DOT": [answer]}) as fake, closing(relay_to(fake)) as relay:
        verdict = send(relay)
        relay.close()
    assert isinstance(verdict, Refused)
    assert verdict.why.startswith("554 5.7.1 first 5.7.1 [31msecond 5.7.1 xxx")
    assert len(verdict.why) < 320


@pytest.mark.parametrize("answer", [Close(), SILENCE])
def test_a_letter_whose_last_answer_was_lost_is_tried_again(answer: Close) -> None:
    with FakeRelay({"DOT": [answer]}) as fake, closing(relay_to(fake, HURRIED)) as relay:
        verdict = send(relay)
        assert isinstance(verdict, Deferred) and "may have accepted it" in verdict.why
        assert isinstance(send(relay), Sent)
        relay.close()
        assert len(fake.letters) == 2
        assert fake.letters[0].raw == fake.letters[1].raw


@pytest.mark.parametrize("end", [Close("250 taken"), Close("250 taken, now 421")])
def test_a_kept_connection_gone_stale_is_dialled_again_at_once(end: Close) -> None:
    with FakeRelay({"DOT": [end]}) as fake, closing(relay_to(fake)) as relay:
        assert isinstance(send(relay), Sent)
        assert isinstance(send(relay), Sent)
        relay.close()
        assert fake.connections == 2
        assert len(fake.letters) == 2


def test_a_421_on_a_kept_connection_means_dial_again() -> None:
    with (
        FakeRelay({"MAIL": ["250 ok", Close("421 4.7.0 one letter a visit")]}) as fake,
        closing(relay_to(fake)) as relay,
    ):
        assert isinstance(send(relay), Sent)
        assert isinstance(send(relay), Sent)
        relay.close()
        assert fake.connections == 2


def test_a_relay_that_is_away_defers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    verdict = send(SmtpRelay(Relay("127.0.0.1", port, "desk.example")))
    assert verdict == Deferred(f"cannot use 127.0.0.1:{port}: Connection refused")


def test_the_null_return_path_is_written_as_such() -> None:
    with FakeRelay(features=[]) as fake, closing(relay_to(fake)) as relay:
        send(relay, mail_from="")
        send(relay, mail_from="<>")
        relay.close()
        assert [letter.mail_from for letter in fake.letters] == ["<>", "<>"]


@pytest.mark.parametrize(
    ("mail_from", "rcpt"),
    [
        (DESK, "petra@kunde.example>\r\nRCPT TO:<eve@evil.example"),
        (DESK, "petra@kunde.example> NOTIFY=SUCCESS"),
        (DESK, ""),
        ("support@example.com\r\nRSET", PETRA),
        ("support", PETRA),
    ],
)
def test_an_address_that_is_none_reaches_no_wire(mail_from: str, rcpt: str) -> None:
    with FakeRelay() as fake:
        assert isinstance(send(relay_to(fake), rcpt, mail_from=mail_from), Refused)
        assert fake.connections == 0


def test_a_domain_outside_ascii_is_encoded_and_a_local_part_needs_smtputf8() -> None:
    with FakeRelay(features=["8BITMIME", "SMTPUTF8"]) as fake, closing(relay_to(fake)) as relay:
        send(relay, "petra@b\u00fccher.example")
        send(relay, "zo\u00eb@kunde.example")
        relay.close()
        assert fake.letters[0].rcpt == "<petra@xn--bcher-kva.example>"
        assert fake.letters[0].mail_from == f"<{DESK}>"
        assert fake.letters[1].rcpt == "<zo\u00eb@kunde.example>"
        assert fake.letters[1].mail_from == f"<{DESK}> SMTPUTF8"


def test_a_relay_without_smtputf8_is_not_given_what_it_cannot_carry() -> None:
    with FakeRelay(features=["8BITMIME"]) as fake, closing(relay_to(fake)) as relay:
        verdict = send(relay, "zo\u00eb@kunde.example")
        assert isinstance(verdict, Refused) and "SMTPUTF8" in verdict.why
        assert isinstance(send(relay, raw="From: zo\u00eb@x.example\r\n\r\n".encode()), Refused)
        assert isinstance(send(relay), Sent)
        relay.close()


@pytest.mark.parametrize(
    ("offer", "limit"), [("SIZE 100", 100), ("SIZE 0", None), ("SIZE", None), ("SIZE x", None)]
)
def test_the_size_limit_is_known_after_the_greeting(offer: str, limit: int | None) -> None:
    with FakeRelay(features=[offer]) as fake, closing(relay_to(fake)) as relay:
        before = relay.size_limit
        send(relay)
        assert (before, relay.size_limit) == (None, limit)
        assert isinstance(send(relay, raw=RAW + b"x" * 100), Refused if limit else Sent)
        relay.close()


LINES = st.lists(
    st.one_of(st.sampled_from([b".", b"..", b".\r", b"\n.\r\n", b"", b"\r"]), st.binary()),
    max_size=8,
)


def test_no_letter_ends_early_and_none_holds_two() -> None:
    with FakeRelay() as fake, closing(relay_to(fake)) as relay:

        @settings(deadline=None)
        @given(lines=LINES)
        def holds(lines: list[bytes]) -> None:
            raw = RAW + b"\n".join(lines)
            fake.letters.clear()
            assert isinstance(send(relay, raw=raw), Sent)
            [letter] = fake.letters
            breaks = [letter.raw.count(end) for end in (b"\r\n", b"\n", b"\r")]
            assert len(set(breaks)) == 1
            assert letter.raw.split() == raw.split()

        holds()
        relay.close()
        assert set(fake.verbs) == {"EHLO", "MAIL", "RCPT", "DATA", "QUIT"}


def test_a_probe_logs_in_and_sends_nothing() -> None:
    with FakeRelay() as fake, closing(relay_to(fake)) as relay:
        assert relay.probe() == Sent(f"127.0.0.1:{fake.port} is ready")
        relay.close()
        assert fake.verbs == ["EHLO", "QUIT"]
    assert isinstance(relay.probe(), Deferred)
