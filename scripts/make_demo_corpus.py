"""Write the demo corpus: synthetic articles in JATS, one XML file each.

    python scripts/make_demo_corpus.py FOLDER

Needs the standard library only. The same version writes the same bytes on every machine. Every
article says in a comment, in a ``custom-meta`` and in an author note that it is synthetic. What
its statements are meant to say about some questions stands in ``demo_corpus/readings.py``.

What is hard for a reader of JATS, and the articles in which it occurs (not always all of them):

 1. One ``xref`` with several rids: 01, 05, 08, 09, 12, 14, 20, 23.
 2. Ranges whose middle is only implied, with en dash (01), hyphen (04, 31) and "to" (07); with
    empty (09) and ordinary (09) xrefs of their own for the middle; inside one xref that has only
    the first rid (13).
 3. Superscripts: ``sup`` around the xrefs, also after the full stop, and inside the xref: 02, 12.
 4. Author-year groups and narrative markers: 03, 11, 21, 24, 28, 30.
 5. ``ref-type="ref"`` (10, 17, 27) and no ``ref-type`` at all (06).
 6. Markers in list items (07, 20), footnotes (04, 09, 28), captions (02, 04, 09), cells and the
    foot of a table (09), a box (07), an appendix (08), acknowledgements (02, 15, 20) and a
    ``floats-group`` (14).
 7. Reference lists: several works in one entry (09, 26), all three citation elements, labels with
    and without full stop or none, DOI with PMID and PMCID, a DOI that stands only in a link (04,
    07, 08, 09, 21), a PMID only, no identifier at all.
 8. Formulas: MathML (06, 14), TeX with a document preamble (05, 26), alternatives of both (05,
    16), a displayed formula inside a paragraph (16).
 9. Sub- and superscripts, italics, Greek letters, ``&#x03B2;`` and ``&amp;``, non-breaking and
    thin spaces, a soft hyphen, ``break``: 12, 15, 09.
10. Full stops that end no sentence: et al., Fig. 2, Eq. 3, e.g., i.e., E. coli, refs. 3 and 4,
    approx. 5, J. Smith; sentences that begin with a small letter: 02, 03, 04, 07, 08, 09, 15.
11. Headings: nested ones that say nothing (01), numbered (04, 09), in capitals (05, 08), "Results
    and Discussion" (08), ``sec-type`` with an unhelpful title (08).
12. A retracted article (10) and its retraction (33), a correction (34 of 15), an expression of
    concern (35 about 13).
13. No DOI (17), no body (18), no references (19); a second marker to the same reference in one
    statement (01).
14. Markers inside ``italic`` and ``bold`` (07); a list (07), a figure (04) and a quotation (13) in
    the middle of a paragraph.
15. A cell that holds a marker only, in a table that compares studies: 09.
16. Markers side by side with nothing between them: 07.
17. Markers in an abstract (01, 05, 09, 18), in a heading (13) and in the reference list (13); a rid
    that points nowhere (20).
18. With (02, 06, 09, 23) and without a document type declaration; no entity of it is used.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from demo_corpus.corpus import write_corpus


def main(arguments: list[str] | None = None) -> int:
    """Write the files and say how many; the result is the exit code."""
    parser = argparse.ArgumentParser(description="Write the synthetic demo articles (JATS).")
    parser.add_argument("folder", type=Path, help="where to; made if it does not exist")
    folder: Path = parser.parse_args(arguments).folder
    files = write_corpus()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        parser.error(f"cannot write to {error.filename or folder}: {error.strerror}")
    sys.stdout.write(f"wrote {len(files)} synthetic articles to {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
