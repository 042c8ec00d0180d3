"""The names of icons that widgets can have: those of Material Symbols, and the older ones that the pages know.

They stand in catalog/icons.txt, so that a server without the front end's packages knows them, too. After a new version
of the package, or another alias, `python -m widgets_manager.declarative.icons` writes the file anew.
"""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache
from pathlib import Path
from typing import Final

from widgets_manager.declarative.problems import hint, quoted
from widgets_manager.declarative.registry import FOLDER

LIST: Final = FOLDER / "icons.txt"
_PROJECT: Final = Path(__file__).resolve().parents[2]
DRAWINGS: Final = _PROJECT / "node_modules" / "@material-symbols" / "svg-400" / "outlined"
ALIASES: Final = _PROJECT / "static" / "src" / "theme" / "icons.txt"
_NAME: Final = re.compile(r"[a-z0-9_]+")
_WIDTH: Final = 118


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Every name that is drawn."""
    return frozenset(LIST.read_text(encoding="ascii").split())


def icon_fault(name: str, *, suggest: bool = True) -> str:
    """What is wrong with the name of an icon, with the closest one unless told otherwise; "" for one that is drawn."""
    if name in icon_names() or not _NAME.fullmatch(name):  # what is no name at all, the schema says
        return ""
    return f"there is no icon {quoted(name)}: nothing is drawn" + (hint(name, sorted(icon_names())) if suggest else "")


def listing() -> str:
    """The text of the list, from the package and the aliases. Raises FileNotFoundError without the package."""
    drawn = {path.stem for path in DRAWINGS.iterdir() if _NAME.fullmatch(path.stem)}
    words = re.sub(r"#.*", "", ALIASES.read_text(encoding="utf-8")).split()
    names = drawn | {word.partition("=")[0] for word in words}
    return textwrap.fill(" ".join(sorted(names)), _WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"


if __name__ == "__main__":
    LIST.write_text(listing(), encoding="ascii")
