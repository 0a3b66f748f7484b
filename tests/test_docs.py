"""Documentation keeps its promises: settings are described, links lead somewhere, commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from outbound.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])


def test_every_setting_is_described():
    described = (ROOT / "docs/settings.md").read_text()
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"OUTBOUND_{name.upper()}")
        assert f"`{variable}`" in described, f"docs/settings.md does not describe {variable}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path):
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}, which does not exist"


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))
    for page in PAGES:
        for named in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(), flags=re.M):
            assert named in targets, f"{page.name} names `make {named}`, which does not exist"


@pytest.mark.parametrize("page", ["docs/where-code-goes.md", "docs/contributing.md"])
def test_every_file_that_is_named_exists(page: str):
    """Of the pages that lead through the code; a name with a placeholder in it (`<concept>`) stands for many."""
    folders = sorted(path.name for path in ROOT.iterdir() if path.is_dir())
    named = re.findall(rf"`((?:{'|'.join(map(re.escape, folders))})/[^`\s]*)`", (ROOT / page).read_text())
    missing = [each for each in named if "<" not in each and not (ROOT / each).exists()]
    assert named
    assert missing == [], f"{page} names files that do not exist: {', '.join(missing)}"
