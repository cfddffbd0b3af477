"""The figures of a bench: said when they are known, and kept for the one table at the end."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

BOOK = "POSTDESK_BENCH_FIGURES"  # names the file in which all benches of a run write theirs


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; ``holds`` is None where there is no target."""

    what: str
    value: str
    target: str = ""
    holds: bool | None = None

    def __str__(self) -> str:
        verdict = {None: "", True: "holds", False: "MISSED"}[self.holds]
        return f"{self.what:<62}{self.value:>18}  {self.target:<10}{verdict}".rstrip()


def tell(what: str, value: str, target: str = "", *, holds: bool | None = None) -> None:
    """Say a figure."""
    figure = Figure(what, value, target, holds)
    print(figure, flush=True)
    if book := os.environ.get(BOOK):
        with Path(book).open("a") as file:
            file.write(json.dumps(asdict(figure)) + "\n")


def at_least(what: str, value: float, least: float, unit: str = "", digits: int = 2) -> None:
    """Say a figure that ought to be no smaller; ``least`` 0 is no target."""
    target = {"target": f">= {least:g}", "holds": value >= least} if least else {}
    tell(what, f"{value:,.{digits}f}{unit}", **target)  # type: ignore[arg-type]


def below(what: str, value: float, most: float, unit: str = "", digits: int = 2) -> None:
    """Say a figure that ought to be smaller."""
    tell(what, f"{value:,.{digits}f}{unit}", f"< {most:g}", holds=value < most)


def kept(book: Path) -> list[Figure]:
    """All figures of a run, in their order."""
    lines = book.read_text().splitlines() if book.exists() else []
    return [Figure(**json.loads(line)) for line in lines]
