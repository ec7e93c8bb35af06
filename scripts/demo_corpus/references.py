"""Reference lists: entries in the notation of ``Article.references`` turned into JATS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from demo_corpus.model import Article, Form, Style, Work
from demo_corpus.people import PEOPLE

_FORMS = {form.name.lower(): form for form in Form}
_LETTERS = "abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a reference list."""

    works: tuple[Work, ...]
    form: Form
    link: bool  # the DOI stands only in the target of an ext-link


def work_of(article: Article) -> Work:
    """What a reference list says about an article of the corpus."""
    people = [PEOPLE[key] for key in article.authors.split()]
    return Work(
        key=f"demo.{article.number}",
        authors=tuple((person.family, person.initials) for person in people),
        title=article.title,
        journal=article.journal,
        year=article.year,
        doi=article.doi,
        pmid=article.pmid,
        pmcid=article.pmcid,
    )


def read_entries(article: Article, works: Mapping[str, Work]) -> tuple[Entry, ...]:
    """The entries of an article's reference list.

    Raises:
        ValueError: a work that is not in ``works``, or an option that is not in the notation.
    """
    return tuple(
        _read_entry(text, article, works) for text in article.references.split(";") if text.strip()
    )


def _read_entry(text: str, article: Article, works: Mapping[str, Work]) -> Entry:
    words = [word for word in text.split() if word != "+"]
    keys = [word for word in words if "." in word]
    options = [word for word in words if "." not in word]
    if wrong := [w for w in options if w != "link" and w not in _FORMS]:
        raise ValueError(f"article {article.number}: the option {wrong[0]!r} of a reference")
    if wrong := [key for key in keys if key not in works]:
        raise ValueError(f"article {article.number}: the work {wrong[0]!r} is not known")
    return Entry(
        works=tuple(works[key] for key in keys),
        form=next((_FORMS[word] for word in options if word in _FORMS), article.form),
        link="link" in options,
    )


def write_reference_list(article: Article, entries: tuple[Entry, ...]) -> list[str]:
    """The lines of the ``ref-list`` element; author-year lists are sorted and have no labels."""
    numbered = list(enumerate(entries, start=1))
    labelled = article.style is not Style.AUTHOR_YEAR
    if not labelled:
        numbered.sort(key=lambda item: (item[1].works[0].authors, item[1].works[0].year, item[0]))
    notes = dict(article.reference_notes)
    lines = ["    <ref-list>", "      <title>References</title>"]
    for number, entry in numbered:
        lines.append(f'      <ref id="{article.prefix}{number}">')
        if labelled:
            stop = "" if entry.form is Form.ELEMENT else "."
            lines.append(f"        <label>{number}{stop}</label>")
        for position, work in enumerate(entry.works):
            letter = _LETTERS[position] if len(entry.works) > 1 else None
            note = notes.get(number) if position == len(entry.works) - 1 else None
            lines += _write_work(work, entry, letter=letter, note=note)
        lines.append("      </ref>")
    return [*lines, "    </ref-list>"]


def _write_work(work: Work, entry: Entry, *, letter: str | None, note: str | None) -> list[str]:
    tag = entry.form.value
    kind = "journal" if work.doi or work.pmid else "book"
    attribute = "citation-type" if entry.form is Form.NLM else "publication-type"
    write = _running_text if entry.form is Form.MIXED else _structured
    label = "" if letter is None else f"<label>({letter})</label> "
    comment = "" if note is None else f" <comment>{note}</comment>"
    parts = [part for part in write(work, kind, link=entry.link) if part]
    head = f'        <{tag} {attribute}="{kind}">{label}{parts[0]}'
    return [head, *(f"          {part}" for part in parts[1:-1]), _last(parts[-1], comment, tag)]


def _last(part: str, comment: str, tag: str) -> str:
    return f"          {part}{comment}</{tag}>"


def _structured(work: Work, kind: str, *, link: bool) -> list[str]:
    """The lines of an element-citation or nlm-citation: no text between the elements."""
    names = "".join(
        f"<name><surname>{family}</surname><given-names>{initials}</given-names></name>"
        for family, initials in work.authors
    )
    group = f'<person-group person-group-type="author">{names}</person-group>'
    if kind == "book":
        return [group, f"<source>{work.title}</source>", f"{_publisher(work)}{_year(work)}"]
    return [
        group,
        f"<article-title>{work.title}</article-title>",
        f"<source>{work.journal}</source>{_year(work)}{_place(work, '')}",
        "".join(_ids(work, link=link)),
    ]


def _running_text(work: Work, kind: str, *, link: bool) -> list[str]:
    """The lines of a mixed-citation: elements with the punctuation of the printed entry."""
    names = ", ".join(
        f"<string-name><surname>{family}</surname> <given-names>{initials}</given-names>"
        "</string-name>"
        for family, initials in work.authors
    )
    head = f"{names} ({_year(work)})."
    if kind == "book":
        return [head, f"<source>{work.title}</source>. {_publisher(work)}."]
    ids = "; ".join(_ids(work, link=link))
    return [
        head,
        f"<article-title>{work.title}</article-title>.",
        f"<source>{work.journal}</source> {_place(work, ':')}. {ids}",
    ]


def _year(work: Work) -> str:
    return f"<year>{work.year}</year>"


def _publisher(work: Work) -> str:
    return f"<publisher-name>{work.journal}</publisher-name>"


def _place(work: Work, colon: str) -> str:
    """Volume and first page: invented, but always the same for the same work."""
    return f"<volume>{work.year - 1990}</volume>{colon}<fpage>{100 + 7 * work.number}</fpage>"


def _ids(work: Work, *, link: bool) -> list[str]:
    if link and work.doi:
        target = f"https://doi.org/{work.doi}"
        return [f'<ext-link ext-link-type="uri" xlink:href="{target}">Full text</ext-link>']
    ids = (("doi", work.doi), ("pmid", work.pmid), ("pmcid", work.pmcid))
    return [f'<pub-id pub-id-type="{kind}">{value}</pub-id>' for kind, value in ids if value]
