"""The parser of the command line: it never exits by itself, and guesses what was meant."""

import argparse
from typing import Any, NoReturn

from postdesk.daemon.cli_words import USAGE, Refusal
from postdesk.rules.toml import did_you_mean


class Parser(argparse.ArgumentParser):
    """Raises Refusal with code 64 where argparse would exit with 2."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            **more, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter
        )

    def error(self, message: str) -> NoReturn:
        """What is wrong, of which command, and where to read more."""
        raise Refusal(USAGE, f"{message}\nTry: {self.prog} --help")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        guess = did_you_mean(str(value), known) or f"; known are: {', '.join(known)}"
        raise argparse.ArgumentError(action, f'there is no "{value}"{guess}')


def count(text: str) -> int:
    """A whole number from 1 up, for --limit and its like."""
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 10**12:
        raise argparse.ArgumentTypeError(f'"{text}" is no number from 1 up')
    return int(text)


def port(text: str) -> int:
    """1 to 65535."""
    if (number := count(text)) > 65_535:
        raise argparse.ArgumentTypeError(f'"{text}" is no port; the highest is 65535')
    return number


def ticket_number(text: str) -> int:
    """``7`` or ``#7``."""
    return count(text.removeprefix("#"))
