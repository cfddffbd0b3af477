"""The place of a Unix socket: taken over from the dead, never from the living."""

import errno
import smtplib
import socket
from pathlib import Path

import pytest
from smtp_house import House, play

from postdesk.mailbox.listener import somebody_listens


def left_behind(path: Path) -> None:
    """What a killed daemon leaves: the file of a socket that nobody holds."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))


def test_the_socket_of_a_killed_daemon_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    left_behind(path)
    assert not somebody_listens(str(path))

    async def story(house: House) -> None:
        await house.receiver.start_lmtp(f"unix:{path}")
        assert somebody_listens(str(path))
        await house.receiver.stop(1)
        assert not path.exists()

    play(story)


def test_the_socket_of_a_living_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"

    async def story(house: House) -> None:
        with pytest.raises(OSError) as told:
            await house.receiver.start_lmtp(f"unix:{path}")
        assert told.value.errno == errno.EADDRINUSE
        await house.receiver.stop(1)

    with socket.socket(socket.AF_UNIX) as theirs:
        theirs.bind(str(path))
        theirs.listen()
        play(story)
        assert somebody_listens(str(path))


def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")

    async def story(house: House) -> None:
        with pytest.raises(OSError):
            await house.receiver.start_lmtp(f"unix:{path}")

    play(story)
    assert path.read_text() == "mine"


def test_a_socket_that_is_another_programs_by_now_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"

    async def story(house: House) -> None:
        await house.receiver.start_lmtp(f"unix:{path}")
        path.rename(tmp_path / "old")  # so that its inode is not given out again
        left_behind(path)
        await house.receiver.stop(1)

    play(story)
    assert path.exists()
    with pytest.raises(OSError), smtplib.LMTP(str(path)):
        pass
