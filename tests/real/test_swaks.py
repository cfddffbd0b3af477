"""swaks, a client we did not write, gets from the receiver what RFC 5321 promises."""

import asyncio
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from certificates import self_signed
from real.parts import real_part
from smtp_house import House, Shelf, play

from postdesk.mailbox.limits import Limits

SUPPORT = "support@example.com"


def swaks(*options: str) -> Callable[[str, int], subprocess.CompletedProcess[str]]:
    """A call of swaks from petra, still to be given the server."""
    program = real_part("swaks")

    def call(host: str, port: int) -> subprocess.CompletedProcess[str]:
        command = [program, "--server", host, "--port", str(port), "--ehlo", "mx.kunde.example"]
        sender = ["--from", "petra@kunde.example"]
        return subprocess.run([*command, *sender, *options], capture_output=True, text=True)

    return call


def visit(
    call: Callable[[str, int], subprocess.CompletedProcess[str]],
    *,
    limits: Limits | None = None,
    tls: ssl.SSLContext | None = None,
) -> tuple[subprocess.CompletedProcess[str], Shelf]:
    """One call, and what was kept."""
    shelf, calls = Shelf(), list[subprocess.CompletedProcess[str]]()

    async def story(house: House) -> None:
        calls.append(await asyncio.to_thread(call, "127.0.0.1", house.port))

    told: Callable[[House], Awaitable[None]] = story
    play(told, limits, shelf, tls)
    return calls[0], shelf


def test_a_mail_arrives() -> None:
    done, shelf = visit(swaks("--to", SUPPORT, "--h-Subject", "Lamp", "--body", "..\nIt broke."))
    assert done.returncode == 0, done.stdout
    assert f"250 2.0.0 kept as {shelf.mails[0].key}" in done.stdout
    assert b"Subject: Lamp\r\n" in shelf.mails[0].raw
    assert b"\r\n..\r\nIt broke." in shelf.mails[0].raw
    assert shelf.mails[0].rcpts == (SUPPORT,)


def test_a_mail_arrives_pipelined() -> None:
    done, shelf = visit(swaks("--to", f"{SUPPORT},postmaster", "--pipeline"))
    assert done.returncode == 0, done.stdout
    assert shelf.mails[0].rcpts == (SUPPORT, "postmaster")


def test_a_mail_arrives_under_tls(tmp_path: Path) -> None:
    done, shelf = visit(swaks("--to", SUPPORT, "--tls"), tls=self_signed(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "TLS started" in done.stdout
    assert shelf.mails[0].peer == "127.0.0.1 mx.kunde.example ESMTPS"


def test_a_failed_delivery_is_told_to_a_null_return_path_too() -> None:
    done, shelf = visit(swaks("--to", SUPPORT, "--from", "<>"))
    assert done.returncode == 0, done.stdout
    assert shelf.mails[0].mail_from == ""


@pytest.mark.parametrize(
    ("options", "code", "answer"),
    [
        (("--to", "max@elsewhere.example"), 24, "550 5.1.1 nobody here is called max@elsewhere"),
        (("--to", SUPPORT, "--body", "x\n" * 9000), 26, "552 5.3.4"),
        (("--to", SUPPORT, "--tls"), 29, ""),
    ],
)
def test_a_refusal_is_understood(options: tuple[str, ...], code: int, answer: str) -> None:
    done, shelf = visit(swaks(*options), limits=Limits(size=9000))
    assert (done.returncode, answer in done.stdout) == (code, True), done.stdout
    assert shelf.mails == []


def test_other_scripts_are_for_those_who_announce_them() -> None:
    """swaks reads our SMTPUTF8 and cannot speak it: RFC 6531 3.4 has such an address refused."""
    done, shelf = visit(swaks("--to", SUPPORT, "--from", "жёлудь@kunde.example"))
    assert "250-SMTPUTF8" in done.stdout
    assert (done.returncode, "553 5.1.3" in done.stdout) == (23, True), done.stdout
    assert shelf.mails == []
