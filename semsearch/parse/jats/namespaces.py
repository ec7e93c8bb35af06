"""Articles whose elements stand in a namespace, and those of other formats with the same name."""

from __future__ import annotations

import re

from lxml import etree

from semsearch.errors import InputError

# Of JATS and NLM, of Crossref, and of the envelope of OAI-PMH, which articles inherit from it.
_NAMESPACES = re.compile(
    r"https?://(?:(?:jats|dtd)\.nlm\.nih\.gov(?:/|$)|www\.ncbi\.nlm\.nih\.gov/JATS"
    r"|www\.openarchives\.org/OAI/)"
)
# What DocBook puts straight into an article, and JATS never does.
_DOCBOOK = frozenset("title info articleinfo artheader section sect1 para simpara".split())


def without_namespace(root: etree._Element) -> bool:
    """Take the elements of an article out of the namespace that it stands in.

    Returns:
        Whether it stood in one.

    Raises:
        InputError: the root is no ``article`` of JATS; the message says what it is.
    """
    name = etree.QName(root)
    place = f"line {root.sourceline}: the root element is {name.localname!r}"
    if name.localname != "article":
        raise InputError(f"{place}, expected 'article'")
    if not name.namespace:
        if any(child.tag in _DOCBOOK for child in root):
            raise InputError(f"{place} of DocBook, expected one of JATS")
        return False
    if not _NAMESPACES.match(name.namespace):
        what = "DocBook" if "docbook" in name.namespace else f"the namespace {name.namespace!r}"
        raise InputError(f"{place} of {what}, expected one of JATS")
    within = f"{{{name.namespace}}}"
    for node in root.iter(f"{within}*"):
        node.tag = str(node.tag).removeprefix(within)
    return True


def path_by_position(element: etree._Element) -> str:
    """An XPath to an element that holds whatever namespaces its file has."""
    steps = [
        f"*[{1 + sum(1 for _ in node.itersiblings('*', preceding=True))}]"
        for node in (element, *element.iterancestors())
    ]
    return "/" + "/".join(reversed(steps))
