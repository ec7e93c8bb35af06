"""The invented authors. Their ORCID iDs are valid in form and were never given out."""

from __future__ import annotations

from demo_corpus.model import Person

_TABLE = """
tervald     | Tervald      | Ilse Maria   | 0000-0000-1000-0013
okonwe      | Okonwe       | Daniel       |
brisova     | Brisová      | Katarína     | 0000-0000-1000-0021
hatsukawa   | Hatsukawa    | Rei          | 0000-0000-1000-003X
maresti     | Maresti      | Paolo G.     |
quenell     | Quenell      | Fiona        |
lindmarr    | Lindmarr     | Gustav       | 0000-0000-1000-0048
devarasan   | Devarasan    | Priya        |
abernolt    | Abernolt     | Hugo         | 0000-0000-1000-0056
castrovel   | Castrovel    | Inés         |
nakorn      | Nakorn       | Somsak       |
phelandre   | Phelandre    | Claire-Anne  | 0000-0000-1000-0064
ruskova     | Ruskova      | Vera         |
solbakke    | Solbakke     | Nils         |
tiwandi     | Tiwandi      | Amara        | 0000-0000-1000-0099
umarova     | Umarova      | Leyla        |
vanterpol   | Vanterpol    | Joy          |
wrenfield   | Wrenfield    | Oscar        |
yarrowby    | Yarrowby     | Edith        |
zelenkov    | Zelenkov     | Mykola       |
harrowmill  | Harrowmill   | Tom          | 0000-0000-1000-0072
adeyole     | Adeyole      | Ruth         |
mirabeth    | Mirabeth     | Anna         |
collinwode  | Collinwode   | Peter        |
ferrantes   | Ferrantes    | Luis         |
ghoshray    | Ghosh-Ray    | Meera        |
ingersand   | Ingersand    | Olav         |
jessamere   | Jessamere    | Kate         |
kuvalo      | Kuvalo       | Mika         |
larkhurst   | Larkhurst    | Ben          |
montrevel   | Montrevel    | Sophie       |
nyasende    | Nyasende     | Grace        |
ostrander   | Ostrander-Li | Wei          |
pellworth   | Pellworth    | Jack         |
"""


def _read(line: str) -> tuple[str, Person]:
    key, family, given, orcid = (cell.strip() for cell in line.split("|"))
    return key, Person(family=family, given=given, orcid=orcid or None)


#: Author key → person.
PEOPLE: dict[str, Person] = dict(_read(line) for line in _TABLE.strip().splitlines())
