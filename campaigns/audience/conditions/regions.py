"""Regions and the countries and bodies in them.

The sub-regions are those of the United Nations' standard M49 (https://unstats.un.org/unsd/
methodology/m49/). Taiwan, which M49 doesn't list by itself, and Kosovo are where the countries
around them are; Antarctica is in none. The others are what staff say: the members of a union, and
names of newspapers. They group people for a mailing, and say nothing about anybody's status.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A region, by its name in a menu, and the name as it stands in a sentence."""

    name: str
    countries: frozenset[str]
    article: str = ""

    @property
    def in_words(self) -> str:
        return f"{self.article}{self.name}"


def _of(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


M49: Mapping[str, Region] = {
    "northern-africa": Region("Northern Africa", _of("DZ EG EH LY MA SD TN")),
    "eastern-africa": Region(
        "Eastern Africa",
        _of("BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW"),
    ),
    "middle-africa": Region("Middle Africa", _of("AO CD CF CG CM GA GQ ST TD")),
    "southern-africa": Region("Southern Africa", _of("BW LS NA SZ ZA")),
    "western-africa": Region(
        "Western Africa", _of("BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG")
    ),
    "caribbean": Region(
        "Caribbean",
        _of("AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI"),
        article="the ",
    ),
    "central-america": Region("Central America", _of("BZ CR GT HN MX NI PA SV")),
    "south-america": Region(
        "South America", _of("AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE")
    ),
    "northern-america": Region("Northern America", _of("BM CA GL PM US")),
    "central-asia": Region("Central Asia", _of("KG KZ TJ TM UZ")),
    "eastern-asia": Region("Eastern Asia", _of("CN HK JP KP KR MN MO TW")),
    "south-eastern-asia": Region("South-eastern Asia", _of("BN ID KH LA MM MY PH SG TH TL VN")),
    "southern-asia": Region("Southern Asia", _of("AF BD BT IN IR LK MV NP PK")),
    "western-asia": Region(
        "Western Asia", _of("AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE")
    ),
    "eastern-europe": Region("Eastern Europe", _of("BG BY CZ HU MD PL RO RU SK UA")),
    "northern-europe": Region(
        "Northern Europe", _of("AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ")
    ),
    "southern-europe": Region(
        "Southern Europe", _of("AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK")
    ),
    "western-europe": Region("Western Europe", _of("AT BE CH DE FR LI LU MC NL")),
    "australia-new-zealand": Region("Australia and New Zealand", _of("AU CC CX HM NF NZ")),
    "melanesia": Region("Melanesia", _of("FJ NC PG SB VU")),
    "micronesia": Region("Micronesia (the sub-region)", _of("FM GU KI MH MP NR PW UM")),
    "polynesia": Region("Polynesia", _of("AS CK NU PF PN TK TO TV WF WS")),
}
"""The sub-regions of M49, and the parts that it gives Sub-Saharan Africa and Latin America."""


def _together(*keys: str) -> frozenset[str]:
    return frozenset().union(*(M49[key].countries for key in keys))


_NORTH_OF_SAHARA = "northern-africa"
_SUB_SAHARA = ("eastern-africa", "middle-africa", "southern-africa", "western-africa")
_LATIN = ("caribbean", "central-america", "south-america")
_EUROPE = ("eastern-europe", "northern-europe", "southern-europe", "western-europe")
_ASIA = ("central-asia", "eastern-asia", "south-eastern-asia", "southern-asia", "western-asia")
_OCEANIA = ("australia-new-zealand", "melanesia", "micronesia", "polynesia")

AS_STAFF_SAY: Mapping[str, Region] = {
    "africa": Region("Africa", _together(_NORTH_OF_SAHARA, *_SUB_SAHARA)),
    "sub-saharan-africa": Region("Sub-Saharan Africa", _together(*_SUB_SAHARA)),
    "americas": Region("Americas", _together("northern-america", *_LATIN), article="the "),
    "latin-america-caribbean": Region("Latin America and the Caribbean", _together(*_LATIN)),
    "asia": Region("Asia", _together(*_ASIA)),
    "europe": Region("Europe", _together(*_EUROPE)),
    "oceania": Region("Oceania", _together(*_OCEANIA)),
    "balkans": Region("Balkans", _of("AL BA BG GR HR ME MK RO RS SI XK"), article="the "),
    "western-balkans": Region("Western Balkans", _of("AL BA ME MK RS XK"), article="the "),
    "baltic-states": Region("Baltic states", _of("EE LT LV"), article="the "),
    "nordic-countries": Region(
        "Nordic countries", _of("AX DK FI FO GL IS NO SE SJ"), article="the "
    ),
    "south-caucasus": Region("South Caucasus", _of("AM AZ GE"), article="the "),
    "european-union": Region(
        "European Union",
        _of("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"),
        article="the ",
    ),
}

REGIONS: Mapping[str, Region] = dict(
    sorted({**M49, **AS_STAFF_SAY}.items(), key=lambda item: item[1].name)
)
