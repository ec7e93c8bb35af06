"""Short names of licences."""

from __future__ import annotations

import re


def licence_name(text: str | None) -> str | None:
    """The short name of a licence, such as "CC BY 4.0"; "other" where it is none that is known."""
    if text is None:
        return None
    url = re.search(
        r"creativecommons\.org/licen[sc]es/([a-z-]+)(?:/(\d\.\d))?", text, re.IGNORECASE
    )
    if url:
        version = f" {url.group(2)}" if url.group(2) else ""
        return f"CC {url.group(1).upper()}{version}"
    if re.search(r"publicdomain/zero|\bCC0\b", text, re.IGNORECASE):
        return "CC0 1.0"
    if re.search(r"creative\s*commons\s+attribution|\bCC[ -]BY\b", text, re.IGNORECASE):
        kind = "".join(
            part
            for part, pattern in (
                ("-NC", r"non-?commercial|\bNC\b"),
                ("-SA", r"share-?alike|\bSA\b"),
                ("-ND", r"no-?deriv|\bND\b"),
            )
            if re.search(pattern, text.split("(http")[0], re.IGNORECASE)
        )
        version_text = re.search(r"\b([1-4]\.0)\b", text)
        return f"CC BY{kind}" + (f" {version_text.group(1)}" if version_text else "")
    return "other"
