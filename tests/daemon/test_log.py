"""One event is one line, whatever stands in it, and the work goes on whatever becomes of it."""

import io
import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.daemon.log import NOISY, JsonLines, LineHandler, TextLines, set_up

log = logging.getLogger("postdesk.daemon.desk")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, raises = list(root.handlers), root.level, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in NOISY}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = raises
    logging.captureWarnings(False)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def text_of(level: str = "INFO") -> io.StringIO:
    out = io.StringIO()
    set_up("text", level, out, {})
    return out


def test_a_line_of_text() -> None:
    out = text_of()
    log.info("mail %s: ticket %d opened", "3f2a", 1)
    line = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ INFO desk mail 3f2a: ticket 1 opened\n"
    assert re.fullmatch(line, out.getvalue())


def test_a_line_of_json() -> None:
    out = io.StringIO()
    set_up("json", "INFO", out, {})
    log.warning("letter %s: deferred", "ä")
    event = json.loads(out.getvalue())
    at = event.pop("time")
    assert event == {"level": "WARNING", "name": "desk", "message": "letter ä: deferred"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", at)


def test_set_up_twice_writes_once() -> None:
    first, second = text_of(), text_of()
    log.info("here")
    assert first.getvalue() == ""
    assert second.getvalue().count("here") == 1


def test_levels_below_the_wanted_one_are_silent() -> None:
    out = text_of("WARNING")
    log.info("whisper")
    assert out.getvalue() == ""
    with pytest.raises(ValueError, match="LOUD"):
        set_up("text", "LOUD", out, {})


def test_noisy_libraries_are_quiet_even_at_debug() -> None:
    out = text_of("DEBUG")
    for name in NOISY:
        logging.getLogger(name).info("AUTH PLAIN AGFubmEAc2VjcmV0")
    logging.getLogger("imapclient.imaplib").debug("LOGIN anna geheim")
    assert out.getvalue() == ""
    logging.getLogger("asyncio").error("a task died")
    assert "ERROR asyncio a task died" in out.getvalue()


ESCAPED = [
    ("a\nb", r"a\nb"),
    ("a\r\nb\t", r"a\r\nb\t"),
    ("\x1b[31mred\x00", r"\x1b[31mred\x00"),
    ("\x85\u2028", r"\u0085\u2028"),
    ("\u202emoc.live", r"\u202emoc.live"),
    ("\ud800", r"\ud800"),
    ("für 日本 🎉", "für 日本 🎉"),
]


@pytest.mark.parametrize(("value", "shown"), ESCAPED)
def test_a_value_cannot_break_its_line(value: str, shown: str) -> None:
    # Not by way of a logger: the test runner keeps what is logged, and cannot keep a surrogate.
    record = logging.LogRecord("postdesk.x", logging.INFO, "x", 1, "subject %s.", (value,), None)
    assert TextLines().format(record).endswith(f" subject {shown}.")


@given(st.text(alphabet=st.characters()))
def test_any_value_makes_one_line_in_either_form(value: str) -> None:
    record = logging.LogRecord("postdesk.x", logging.INFO, "x.py", 1, "mail %s", (value,), None)
    text, as_json = TextLines().format(record), JsonLines().format(record)
    assert len(text.splitlines()) == len(as_json.splitlines()) == 1
    text.encode()
    as_json.encode()
    json.loads(as_json)


REDACTED = [
    ("smtp://anna:geheim@mail.example.com:587", "smtp://anna:***@mail.example.com:587"),
    ("postgresql://desk:p@ss:w@rd@db/postdesk", "postgresql://desk:***@db/postdesk"),
    ("redis://:geheim@host", "redis://:***@host"),
    ("two a://b:c@d and e://f:g@h", "two a://b:***@d and e://f:***@h"),
    ("host=db password=geheim user=x", "host=db password=*** user=x"),
    ("Password = 'ge heim'", "Password = ***"),
    ("https://example.com:8025/a@b", "https://example.com:8025/a@b"),
    ("smtp://anna@mail.example.com", "smtp://anna@mail.example.com"),
    ("mail to petra@kunde.example: sent", "mail to petra@kunde.example: sent"),
]


@pytest.mark.parametrize(("said", "shown"), REDACTED)
def test_passwords_are_not_written(said: str, shown: str) -> None:
    out = text_of()
    log.info("%s", said)
    assert out.getvalue().endswith(f" desk {shown}\n")


def fail() -> None:
    raise ValueError("no such\nplace: smtp://anna:geheim@host")


def test_an_exception_is_one_line_with_its_place() -> None:
    out = text_of()
    try:
        fail()
    except ValueError:
        log.exception("mail 3f2a: not read")
    [line] = out.getvalue().splitlines()
    assert r"mail 3f2a: not read: ValueError: no such\nplace: smtp://anna:***@host (test_" in line
    assert re.search(r"\(test_log\.py:\d+\)$", line)


def test_the_traceback_is_written_at_debug_only_and_without_secrets() -> None:
    out = text_of("DEBUG")
    try:
        fail()
    except ValueError:
        log.exception("mail 3f2a: not read")
    head, *rest = out.getvalue().splitlines()
    assert "mail 3f2a" in head
    assert rest[0] == "    Traceback (most recent call last):"
    assert all(line.startswith("    ") for line in rest)
    assert "geheim" not in out.getvalue()


def test_json_keeps_the_traceback_in_its_line() -> None:
    out = io.StringIO()
    set_up("json", "DEBUG", out, {})
    try:
        fail()
    except ValueError:
        log.exception("mail 3f2a: not read")
    event = json.loads(out.getvalue())
    assert event["traceback"].startswith("Traceback")


def test_wrong_arguments_lose_no_event() -> None:
    out = text_of()
    log.info("mail %s: %d parts", "3f2a")
    assert "mail %s: %d parts ('3f2a',)" in out.getvalue()


def test_a_long_message_is_cut() -> None:
    out = text_of()
    log.info("x" * 100_000)
    assert len(out.getvalue()) < 4_000
    assert out.getvalue().endswith("…\n")


def test_a_pipe_nobody_reads_does_not_hold_up_the_work() -> None:
    inside, outside = os.pipe()
    with os.fdopen(outside, "w") as stream, os.fdopen(inside, "rb", buffering=0) as reader:
        set_up("text", "INFO", stream, {})
        for number in range(200):
            log.info("%d %s", number, "ö" * 1_000)
        read = reader.read(1 << 20)
        log.info("somebody reads again")
        read += reader.read(1 << 20)
    lines = read.decode().splitlines()
    assert " desk 0 ö" in lines[0]
    assert lines[-1].endswith("somebody reads again")
    assert re.fullmatch(r"\(\d+ lines of the log were lost: nobody read them\)", lines[-2])
    assert len(lines) < 100


def test_a_pipe_that_is_closed_does_not_matter() -> None:
    inside, outside = os.pipe()
    os.close(inside)
    with os.fdopen(outside, "w") as stream:
        set_up("text", "INFO", stream, {})
        log.info("to nobody")
        log.error("to nobody either")


def test_a_stream_that_raises_does_not_matter() -> None:
    out = text_of()
    out.close()
    log.info("to nobody")


def test_journald_gets_priorities_on_its_own_stream_only(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with path.open("w") as stream:
        status = os.fstat(stream.fileno())
        set_up("text", "DEBUG", stream, {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
        log.debug("d")
        log.info("i")
        log.warning("w")
        log.error("e")
        log.critical("c")
        set_up("text", "DEBUG", stream, {"JOURNAL_STREAM": "1:1"})
        log.info("elsewhere")
    lines = path.read_text().splitlines()
    assert [line[:3] for line in lines[:5]] == ["<7>", "<6>", "<4>", "<3>", "<2>"]
    assert lines[5].startswith("20")


def test_handlers_of_others_stay() -> None:
    other = logging.NullHandler()
    logging.getLogger().addHandler(other)
    text_of()
    handlers = logging.getLogger().handlers
    assert other in handlers
    assert sum(isinstance(handler, LineHandler) for handler in handlers) == 1
