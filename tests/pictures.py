"""Renders every letter to a file and takes its picture: phone and desktop, light and dark.

    python tests/pictures.py FOLDER [LETTER ...]

For eyes, not for assertions. Wants Chromium; without it only the HTML and text files are written.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from postdesk.templates.render import Renderer
from postdesk.templates.sample import SAMPLES
from postdesk.templates.views import LETTERS, values

WIDTHS = {"phone": 390, "desktop": 900}
HEIGHT = 1_800
# German has long words, Japanese no spaces, Arabic runs from right to left.
SHOWN = (("en", "full"), ("de", "full"), ("ja", "full"), ("ar", "full"), ("en", "hostile"))
SHADES = {"light": "light", "dark": "dark"}
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip


def main() -> None:
    """Write the files, then take the pictures of those that are HTML."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:] or list(LETTERS)
    for page in [page for name in wanted for page in _pages(folder, name)]:
        for device, width in WIDTHS.items():
            for shade in SHADES:
                _picture(page, width, shade, page.with_suffix(f".{device}.{shade}.png"))


def _pages(folder: Path, name: str) -> list[Path]:
    pages = []
    for language, sample in SHOWN:
        rendered = Renderer().render(name, language, values(SAMPLES[sample][name]))
        if rendered.language != language:
            continue
        page = folder / f"{name}.{language}.{sample}.html"
        page.with_suffix(".txt").write_text(rendered.text, encoding="utf-8")
        if rendered.html:
            page.write_text(rendered.html, encoding="utf-8")
            pages.append(page)
    return pages


def _picture(page: Path, width: int, shade: str, target: Path) -> None:
    """A browser window is 500 pixels wide at least: a phone is a frame within a page."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        return
    ground = {"light": "#ffffff", "dark": "#202124"}[shade]
    frame = page.with_suffix(".frame.html")
    frame.write_text(
        f'<body style="margin:0"><iframe src="{page.name}" width="{width}" height="{HEIGHT}"'
        f' style="border:0;background:{ground};color-scheme:{shade}"></iframe>',
        encoding="utf-8",
    )
    dark = ["--blink-settings=preferredColorScheme=0"] if shade == "dark" else []
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [browser, *QUIET, *dark, f"--user-data-dir={profile}", f"--screenshot={target}",
             f"--window-size={max(width, 500)},{HEIGHT}", frame.resolve().as_uri()],
            check=False, capture_output=True, timeout=60,
        )  # fmt: skip
    frame.unlink()


if __name__ == "__main__":
    main()
