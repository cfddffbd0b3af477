"""A count of mails at the terminal, while something goes through many of them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def counted() -> Iterator[Callable[[int], None]]:
    """Count at the terminal, where a person would wonder whether anything goes on."""
    if not sys.stderr.isatty():
        yield lambda many: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} mails"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda many: progress.update(task, completed=many)
