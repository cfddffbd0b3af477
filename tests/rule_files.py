"""The rule files that the package ships: as they are, and with all that stands in comments."""

from pathlib import Path

from postdesk import rules

FOLDER = Path(next(iter(rules.__path__)))


def shipped() -> dict[str, str]:
    """Name to text."""
    return {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("[0-9]*.toml"))}


def spoken(text: str) -> str:
    """With every commented table taken at its word.

    A block of comment lines is tables when a ``# [`` stands in it; ``# #`` stays a comment.
    """
    return "\n\n".join(map(_spoken_block, text.split("\n\n")))


def _spoken_block(block: str) -> str:
    lines = block.splitlines()
    begins = next((n for n, line in enumerate(lines) if line.startswith("# [")), None)
    if begins is None or not all(line.startswith("#") for line in lines):
        return block
    # What stands above the first header tells about it, unless it is a comment of the table.
    return "\n".join(lines[:begins] + [_taken(line) for line in lines[begins:]])


def _taken(line: str) -> str:
    return line.removeprefix("# ").removeprefix("#") if not line.startswith("# #") else line
