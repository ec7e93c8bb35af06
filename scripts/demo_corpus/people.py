"""The invented authors, by research group. Their ORCID iDs are valid in form, never given out.

Papers that share an author are not independent of each other. A group signs its own papers; a few
people also sign one elsewhere, and then the papers of both count as one group:

- Tervald is on the review of the pancreas group (09), so that it and the mammary group are one;
- Phelandre is on papers of three teams that work on Snail and STAT3 (05, 06, 11);
- Maresti left the lung group and works with Wrenfield on stroma (07);
- Harrowmill knows the fields and signs the soil study (25).
"""

from __future__ import annotations

from demo_corpus.model import Person

_TABLE = """
# mammary cells and their secretome: 01
tervald     | Tervald      | Ilse Maria   | 0000-0000-1000-0013
okonwe      | Okonwe       | Daniel       |
brisova     | Brisová      | Katarína     | 0000-0000-1000-0021
# pancreas, ZEB1, reviews and editorials: 08, 09, 19, 35
ruskova     | Ruskova      | Vera         |
solbakke    | Solbakke     | Nils         |
elvestad    | Elvestad     | Marit        |
# lung, receptors and stroma: 02, 07, 13, 17
hatsukawa   | Hatsukawa    | Rei          | 0000-0000-1000-003X
maresti     | Maresti      | Paolo G.     |
quenell     | Quenell      | Fiona        |
wrenfield   | Wrenfield    | Oscar        |
ombrelli    | Ombrelli     | Nadia        |
# Snail, NF-κB and STAT3: 03, 05, 06, 11, 18
lindmarr    | Lindmarr     | Gustav       | 0000-0000-1000-0048
devarasan   | Devarasan    | Priya        |
phelandre   | Phelandre    | Claire-Anne  | 0000-0000-1000-0064
varnholt    | Varnholt     | Jens         |
mukasi      | Mukasi       | Esther       |
aldermoor   | Aldermoor    | Philip       |
vintrask    | Vintrask     | Selma        |
# kidney, TGF-β and oxygen: 04, 12, 15, 34
abernolt    | Abernolt     | Hugo         | 0000-0000-1000-0056
castrovel   | Castrovel    | Inés         |
nakorn      | Nakorn       | Somsak       |
sirikhan    | Sirikhan     | Dao          |
# Twist1 and feedback: 10, 16, 33
tiwandi     | Tiwandi      | Amara        | 0000-0000-1000-0099
zelenkov    | Zelenkov     | Mykola       |
yarrowby    | Yarrowby     | Edith        |
# meta-analysis and replication: 14, 20
umarova     | Umarova      | Leyla        |
vanterpol   | Vanterpol    | Joy          |
thornquay   | Thornquay    | Isaac        |
gyllenbor   | Gyllenbor    | Karin        |
# wheat: 21; and others: 31
harrowmill  | Harrowmill   | Tom          | 0000-0000-1000-0072
adeyole     | Adeyole      | Ruth         |
wexelius    | Wexelius     | Bo           |
tamborel    | Tamborel     | Yvette       |
# soil, birds and ice: 25, 27, 29
ingersand   | Ingersand    | Olav         |
jessamere   | Jessamere    | Kate         |
brackwell   | Brackwell    | Simon        |
stenmoor    | Stenmoor     | Ida          |
# corals: 23
ferrantes   | Ferrantes    | Luis         |
okembry     | Okembry      | Faith        |
# gut: 22
mirabeth    | Mirabeth     | Anna         |
collinwode  | Collinwode   | Peter        |
# sleep: 24; and others: 32
ghoshray    | Ghosh-Ray    | Meera        |
larkhurst   | Larkhurst    | Ben          |
pellworth   | Pellworth    | Jack         |
norwike     | Norwike      | Lotte        |
# vaccines: 28
montrevel   | Montrevel    | Sophie       |
nyasende    | Nyasende     | Grace        |
# machines: 26; translation: 30
kuvalo      | Kuvalo       | Mika         |
ostrander   | Ostrander-Li | Wei          |
quillane    | Quillane     | Rosa         |
hesterby    | Hesterby     | Anton        |
"""


def _read(line: str) -> tuple[str, Person]:
    key, family, given, orcid = (cell.strip() for cell in line.split("|"))
    return key, Person(family=family, given=given, orcid=orcid or None)


#: Author key → person.
PEOPLE: dict[str, Person] = dict(
    _read(line) for line in _TABLE.strip().splitlines() if not line.startswith("#")
)
