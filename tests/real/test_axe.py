"""No letter keeps anybody out: axe-core finds nothing serious in its HTML."""

from pathlib import Path

import pytest
from real.axe import SHADES, judge

from postdesk.templates.render import Renderer
from postdesk.templates.sample import FULL
from postdesk.templates.views import LETTERS, values

RENDERER = Renderer()
CASES = [(name, language) for name in LETTERS for language in ("en", "ar")]


def page(name: str, language: str = "en") -> str:
    """This letter with its fullest sample."""
    return RENDERER.render(name, language, values(FULL[name])).html


@pytest.mark.parametrize("shade", SHADES)
def test_no_letter_has_a_serious_barrier(shade: str, tmp_path: Path) -> None:
    pages = {f"{name}.{language}": page(name, language) for name, language in CASES}
    judged = judge(pages, shade, tmp_path)
    assert list(judged) == list(pages)
    assert [(name, barrier) for name, one in judged.items() for barrier in one.severe] == []
    for one in judged.values():
        assert one.shade == shade
        assert {"color-contrast", "document-title", "html-has-lang"} <= one.passed


@pytest.mark.parametrize(("shade", "pale"), [("light", "#ddd"), ("dark", "#333")])
def test_barriers_are_found_where_they_are(shade: str, pale: str, tmp_path: Path) -> None:
    whole = page("answer")
    unspoken = whole.replace("</body>", '<img src="data:,"></body>')
    faint = whole.replace("</body>", f'<p style="color: {pale}">faint</p></body>')
    judged = judge({"unspoken": unspoken, "whole": whole, "faint": faint}, shade, tmp_path)
    assert {name: [barrier.rule for barrier in one.severe] for name, one in judged.items()} == {
        "unspoken": ["image-alt"], "whole": [], "faint": ["color-contrast"],
    }  # fmt: skip
