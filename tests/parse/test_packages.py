"""Files out of folders and packages."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from semsearch.errors import UsageError
from semsearch.parse.packages import ArticleFile, ArticleFiles, find_inputs

LIMIT = 1000


def read(*inputs: Path) -> list[ArticleFile]:
    return list(ArticleFiles(tuple(inputs), LIMIT))


def make_tar(path: Path, members: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    mode = "w:gz" if path.name.endswith("gz") else "w"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type = tarfile.SYMTYPE
            member.linkname = target
            archive.addfile(member)
    return path


def test_folder_is_walked_in_order_and_other_files_are_counted(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.nxml").write_bytes(b"2")
    (tmp_path / "a.xml").write_bytes(b"1")
    (tmp_path / "figure.jpg").write_bytes(b"x")
    make_tar(tmp_path / "c.tar.gz", {"PMC1/three.xml": b"3", "PMC1/x.pdf": b"p"})
    files = ArticleFiles((tmp_path,), LIMIT)
    assert [f.content for f in files] == [b"1", b"2", b"3"]
    assert files.other == 2


@pytest.mark.parametrize("name", ["p.tar.gz", "p.tgz", "p.tar"])
def test_tar_packages_are_read(tmp_path: Path, name: str) -> None:
    package = make_tar(tmp_path / name, {"PMC1.xml": b"1"})
    assert read(package) == [ArticleFile(package=str(package), member="PMC1.xml", content=b"1")]
    assert read(package)[0].name == f"{package}!PMC1.xml"


def test_zip_packages_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("PMC1/a.nxml", b"1")
        archive.writestr("../evil.xml", b"2")
    first, second = read(tmp_path / "p.zip")
    assert first.content == b"1"
    assert second.content is None
    assert "out of its archive" in (second.error or "")


def test_unsafe_members_are_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    package = make_tar(
        tmp_path / "p.tar.gz",
        {"../evil.xml": b"1", "/root.xml": b"2", "good.xml": b"3"},
        {"link.xml": "/etc/hostname"},
    )
    outcomes = {f.member: f.error or "read" for f in read(package)}
    assert outcomes["good.xml"] == "read"
    assert "out of its archive" in outcomes["../evil.xml"]
    assert "out of its archive" in outcomes["/root.xml"]
    assert "link" in outcomes["link.xml"]


def test_file_over_the_limit_is_refused_with_the_limit_named(tmp_path: Path) -> None:
    (tmp_path / "big.xml").write_bytes(b"x" * (LIMIT + 1))
    (file,) = read(tmp_path / "big.xml")
    assert file.content is None
    assert "1,001 bytes, over the limit of 1,000 (setting max_file_bytes)" in (file.error or "")


def test_file_at_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "fits.xml").write_bytes(b"x" * LIMIT)
    assert read(tmp_path / "fits.xml")[0].error is None


def test_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"x" * 5000)
    content = path.read_bytes()
    path.write_bytes(content.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    (file,) = read(path)
    assert file.content is None or len(file.content) <= LIMIT


def test_broken_archive_is_reported_after_what_could_be_read(tmp_path: Path) -> None:
    package = make_tar(tmp_path / "p.tar", {"one.xml": b"1" * 600, "two.xml": b"2" * 600})
    package.write_bytes(package.read_bytes()[:1300])
    outcomes = read(package)
    assert outcomes[0].content == b"1" * 600
    assert outcomes[-1].content is None
    assert "cannot be read to its end" in (outcomes[-1].error or "")


def test_archive_that_is_none_is_reported(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(b"no archive")
    (file,) = read(tmp_path / "p.zip")
    assert "cannot be read to its end" in (file.error or "")


def test_empty_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "figure.jpg").write_bytes(b"x")
    (file,) = read(tmp_path)
    assert file.error == "the folder holds no file of a known format"


def test_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"1")
    files = ArticleFiles((tmp_path / "a.xml", tmp_path, tmp_path / "a.xml"), LIMIT)
    assert [f.content for f in files] == [b"1"]
    assert [f.content for f in files] == [b"1"]


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xml")
    (tmp_path / "z.xml").write_bytes(b"1")
    files = ArticleFiles((tmp_path,), LIMIT)
    assert [f.content for f in files] == [b"1"]
    assert files.other == 1


def test_file_of_an_unknown_kind_is_reported_when_named(tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(b"x")
    (file,) = read(tmp_path / "paper.pdf")
    assert "unknown kind" in (file.error or "")


def test_dash_reads_paths_from_lines(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"1")
    paths = find_inputs(["-"], [f"{tmp_path}/a.xml\n", "\n"])
    assert paths == (tmp_path / "a.xml",)


def test_missing_path_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.xml does not exist"):
        find_inputs([str(tmp_path / "gone.xml")])


def test_no_path_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no input was given"):
        find_inputs(["-"], [])


@pytest.mark.parametrize(
    "members",
    [
        ("[Content_Types].xml", "word/document.xml"),
        ("docProps/app.xml", "xl/workbook.xml", "[Content_Types].xml"),
        ("docProps/app.xml", "xl/workbook.xml"),
        ("content.xml", "mimetype"),
        ("OEBPS/a.xml", "META-INF/container.xml"),
    ],
)
def test_documents_packed_as_zip_are_no_archives(members: tuple[str, ...], tmp_path: Path) -> None:
    document = tmp_path / "in" / "a.zip"
    document.parent.mkdir()
    with zipfile.ZipFile(document, "w") as archive:
        for name in members:
            archive.writestr(name, b"<article/>")
    (document.parent / "b.xml").write_bytes(b"<article/>")
    files = ArticleFiles((document.parent,), LIMIT)
    assert [Path(file.name).name for file in files] == ["b.xml"]
    assert (files.other, files.unknown) == (1, [str(document)])
    (named,) = read(document)
    assert (named.error or "").startswith("a document packed as zip, expected papers in a known")


def _packed(kind: str) -> bytes:
    stream = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
            zipped.writestr("a.xml", "<article/>" * 3)
            zipped.writestr("é.xml", "<article/>")
    else:
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
            member = tarfile.TarInfo("a.xml")
            member.size = 10
            member.pax_headers = {"GNU.sparse.size": "10", "GNU.sparse.map": "0,10"}
            archive.addfile(member, io.BytesIO(b"<article/>"))
    return stream.getvalue()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["zip", "tar"]),
    damage=st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 255)), max_size=4),
)
def test_damaged_archive_never_ends_the_build(
    tmp_path: Path, kind: str, damage: list[tuple[int, int]]
) -> None:
    content = bytearray(_packed(kind))
    for place, byte in damage:
        content[place % len(content)] = byte
    (tmp_path / f"a.{kind}").write_bytes(content)
    (tmp_path / "b.xml").write_bytes(b"<article/>")
    assert any(one.package.endswith("b.xml") and not one.error for one in read(tmp_path))


@pytest.mark.parametrize(
    ("old", "new"), [("é".encode(), b"\xff\xfe"), (b"sparse.size=10", b"sparse.size=1x")]
)
def test_header_that_is_no_text_or_number_is_named(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tmp_path / "a.archive"
    path.write_bytes(_packed("zip" if old != b"sparse.size=10" else "tar").replace(old, new))
    (found,) = read(path)
    assert found.error is not None
    assert found.error.startswith("cannot be read to its end: ")
