"""TeX formulas as Unicode text."""

from __future__ import annotations

import re
from functools import lru_cache

_DOCUMENT = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_PREAMBLE = re.compile(
    r"\\(?:documentclass|usepackage|setlength|begin\{document\}|end\{document\})"
)


@lru_cache(maxsize=4096)
def tex_text(source: str) -> str:
    """TeX as Unicode text, without the document preamble that publishers put around it."""
    inner = _DOCUMENT.search(source)
    body = inner.group(1) if inner else source
    if _PREAMBLE.search(body):
        return ""
    body = body.replace("$$", "").replace("$", "").replace(r"\hfill", " ")
    from pylatexenc.latex2text import LatexNodes2Text

    return str(
        LatexNodes2Text(math_mode="text", strict_latex_spaces="macros").latex_to_text(
            body, tolerant_parsing=True
        )
    )
