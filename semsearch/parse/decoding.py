"""Text of files that do not say how it is encoded."""

from __future__ import annotations

import codecs
from typing import Final

#: Order matters: the mark of UTF-32 (little end) begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What is no UTF-8 is most often this one, of which ISO 8859-1 is a part.
FALLBACK: Final = "cp1252"


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file, and the encoding that it was read as.

    A byte order mark decides, and is left out. Without one it is UTF-8 where that fits, else
    Windows-1252, which every ISO 8859-1 text is too; bytes that it has not are U+FFFD. Every
    end of a line becomes that of Unix.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _lines(content[len(mark) :].decode(encoding, "replace")), encoding
    try:
        return _lines(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _lines(content.decode(FALLBACK, "replace")), FALLBACK


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
