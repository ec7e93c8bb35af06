"""An index that changes: papers come, say something, and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from semsearch.alerts import Channel, Ledger, News, look_at_all, save_question, untold
from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.search import Searcher
from semsearch.serve.access.keys import KeyRing, KeyScope
from semsearch.serve.app import create_app
from semsearch.serve.served import Served
from semsearch.settings import Settings

QUESTION = "does EMT induce IL-6"
FOR, AGAINST = "EMT induces IL-6", "EMT does not induce IL-6"
HOSTILE = 'Title"\r\nBcc: all@example.org <script>alert(1)</script> \u2028 ünï'


@dataclass
class World:
    """A folder of articles, its index, and searchers over its generations."""

    folder: Path
    article: Callable[..., bytes]
    encoder: Callable[[], Any]
    opened: list[Searcher] = field(default_factory=list)

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def say(
        self,
        name: str,
        *sentences: str,
        title: str = "A title",
        front: str = "",
        refs: int | str = 9,
    ) -> None:
        """Write an article that says this, each sentence with the first reference."""
        said = "".join(f'<p>{one} [<xref rid="B1">1</xref>].</p>' for one in sentences)
        author = (
            '<contrib-group><contrib contrib-type="author"><name>'
            f"<surname>Author{name}</surname><given-names>A</given-names></name></contrib>"
            "</contrib-group>"
        )
        (self.folder / f"{name}.xml").write_bytes(
            self.article(said, doi=f"10.5555/{name}", title=title, front=author + front, refs=refs)
        )

    def builder(self) -> Builder:
        return Builder(
            folder=self.index,
            encoder=self.encoder(),
            recipe=StatementRecipe.TEXT,
            batch_tokens=256,
        )

    def publish(self) -> Searcher:
        """Build what the articles say now; a searcher over it."""
        self.builder().build(ArticleFiles(tuple(sorted(self.folder.glob("*.xml"))), 10**6))
        return self.open()

    def remove(self, name: str) -> Searcher:
        """Take an article out of the corpus; a searcher over what is left."""
        (self.folder / f"{name}.xml").unlink()
        self.builder().remove([f"10.5555/{name}"])
        return self.open()

    def open(self) -> Searcher:
        self.opened.append(Searcher(self.index, encoder=self.encoder()))
        return self.opened[-1]


@pytest.fixture
def world(
    tmp_path: Path, article: Callable[..., bytes], hashed_words: Callable[[], Any]
) -> Iterator[World]:
    """A corpus of one paper that says yes, not built yet."""
    made = World(tmp_path, article, hashed_words)
    made.say("one", FOR)
    yield made
    for searcher in made.opened:
        searcher.close()


@pytest.fixture
def ledger(world: World) -> Ledger:
    return Ledger(world.index)


@dataclass
class Site:
    """A server over a changing index."""

    client: TestClient
    served: Served
    world: World
    key: dict[str, str]

    def save(self, **asked: object) -> str:
        found = self.client.post("/api/v1/searches", json=asked, headers=self.key)
        assert found.status_code == 201, found.text
        identity: str = found.json()["search"]["id"]
        assert found.headers["Location"] == f"/api/v1/searches/{identity}"
        return identity

    def change(self, name: str, sentence: str) -> None:
        self.world.say(name, sentence)
        self.world.publish()
        assert self.served.look()


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    served = Served(world.publish())
    world.opened.clear()
    key = {"X-API-Key": KeyRing(world.index).add("me", KeyScope.LABEL)}
    app = create_app(served, limits=Settings(public_url="https://search.example.org"))
    yield Site(TestClient(app, raise_server_exceptions=False), served, world, key)
    served.close()


@pytest.fixture
def news(world: World, ledger: Ledger) -> News:
    """What a hostile paper says is news."""
    save_question(world.publish(), ledger, QUESTION, name="Mine: ünï")
    escaped = HOSTILE.replace("<", "&lt;")
    world.say("two", AGAINST, title=escaped)
    look_at_all(world.publish(), ledger)
    (told,) = untold(ledger, Channel.WEBHOOK)
    return told.news
