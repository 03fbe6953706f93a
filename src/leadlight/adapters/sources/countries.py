"""Country names in several languages to two-letter ISO codes; asked once per distinct value.

The names come from `country_names.txt`, which `tools/countries.py` writes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("country_names.txt")
_ALSO = {
    "usa": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "america": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "south korea": "KR",
    "korea": "KR",
    "republic of korea": "KR",
    "north korea": "KP",
    "czech republic": "CZ",
    "russian federation": "RU",
    "viet nam": "VN",
    "uae": "AE",
    "u.a.e.": "AE",
    "hong kong": "HK",
    "macau": "MO",
    "macao": "MO",
    "turkey": "TR",
    "türkiye": "TR",
    "burma": "MM",
    "ivory coast": "CI",
    "brasil": "BR",
    "españa": "ES",
    "deutschland": "DE",
    "iran": "IR",
    "syria": "SY",
    "palestine": "PS",
    "taiwan": "TW",
    "moldova": "MD",
    "tanzania": "TZ",
    "bolivia": "BO",
    "venezuela": "VE",
    "swaziland": "SZ",
    "cape verde": "CV",
    "macedonia": "MK",
    "republic of ireland": "IE",
    "brd": "DE",
}
#: ISO 3166-1 alpha-3 = alpha-2.
_ISO_3 = """
AFG=AF ALB=AL DZA=DZ AND=AD AGO=AO ATG=AG ARG=AR ARM=AM AUS=AU AUT=AT AZE=AZ BHS=BS BHR=BH
BGD=BD BRB=BB BLR=BY BEL=BE BLZ=BZ BEN=BJ BMU=BM BTN=BT BOL=BO BIH=BA BWA=BW BRA=BR BRN=BN
BGR=BG BFA=BF BDI=BI CPV=CV KHM=KH CMR=CM CAN=CA CYM=KY CAF=CF TCD=TD CHL=CL CHN=CN COL=CO
COM=KM COG=CG COD=CD CRI=CR CIV=CI HRV=HR CUB=CU CYP=CY CZE=CZ DNK=DK DJI=DJ DMA=DM DOM=DO
ECU=EC EGY=EG SLV=SV GNQ=GQ ERI=ER EST=EE SWZ=SZ ETH=ET FRO=FO FJI=FJ FIN=FI FRA=FR GUF=GF
PYF=PF GAB=GA GMB=GM GEO=GE DEU=DE GHA=GH GIB=GI GRC=GR GRL=GL GRD=GD GLP=GP GUM=GU GTM=GT
GGY=GG GIN=GN GNB=GW GUY=GY HTI=HT HND=HN HKG=HK HUN=HU ISL=IS IND=IN IDN=ID IRN=IR IRQ=IQ
IRL=IE IMN=IM ISR=IL ITA=IT JAM=JM JPN=JP JEY=JE JOR=JO KAZ=KZ KEN=KE KIR=KI PRK=KP KOR=KR
KWT=KW KGZ=KG LAO=LA LVA=LV LBN=LB LSO=LS LBR=LR LBY=LY LIE=LI LTU=LT LUX=LU MAC=MO MDG=MG
MWI=MW MYS=MY MDV=MV MLI=ML MLT=MT MTQ=MQ MRT=MR MUS=MU MEX=MX FSM=FM MDA=MD MCO=MC MNG=MN
MNE=ME MAR=MA MOZ=MZ MMR=MM NAM=NA NPL=NP NLD=NL NCL=NC NZL=NZ NIC=NI NER=NE NGA=NG MKD=MK
NOR=NO OMN=OM PAK=PK PSE=PS PAN=PA PNG=PG PRY=PY PER=PE PHL=PH POL=PL PRT=PT PRI=PR QAT=QA
REU=RE ROU=RO RUS=RU RWA=RW WSM=WS SMR=SM SAU=SA SEN=SN SRB=RS SYC=SC SLE=SL SGP=SG SVK=SK
SVN=SI SLB=SB SOM=SO ZAF=ZA SSD=SS ESP=ES LKA=LK SDN=SD SUR=SR SWE=SE CHE=CH SYR=SY TWN=TW
TJK=TJ TZA=TZ THA=TH TLS=TL TGO=TG TON=TO TTO=TT TUN=TN TUR=TR TKM=TM UGA=UG UKR=UA ARE=AE
GBR=GB USA=US URY=UY UZB=UZ VUT=VU VEN=VE VNM=VN YEM=YE ZMB=ZM ZWE=ZW XKX=XK
"""
#: Codes of sport and of everyday use: `GER`, `SUI`, `UAE`.
_IN_SPORT = """
GER=DE SUI=CH NED=NL HOL=NL POR=PT DEN=DK GRE=GR CRO=HR SLO=SI BUL=BG LAT=LV RSA=ZA KSA=SA
PHI=PH INA=ID MAS=MY VIE=VN NGR=NG CHI=CL URU=UY PAR=PY UAE=AE ROM=RO ALG=DZ MON=MC TPE=TW
IRI=IR ENG=GB SCO=GB WAL=GB
"""
#: Letters of number plates, as addresses in Europe have them: `D-10115 Berlin`.
_ONE_LETTER = {"D": "DE", "A": "AT", "F": "FR", "I": "IT"}


@cache
def _short() -> dict[str, str]:
    """Codes of one letter and of three, in capitals, with those of two letters."""
    pairs = (pair.partition("=") for pair in f"{_IN_SPORT} {_ISO_3}".split())
    return {code: two for code, _, two in pairs} | _ONE_LETTER


@cache
def _names() -> dict[str, str]:
    """Every name in lower case, with its code."""
    return {name: code for code, *names in _lines() for name in names} | _ALSO


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code, *_ in _lines())


def _lines() -> list[list[str]]:
    text = _FILE.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def country_code(text: str) -> str:
    """The ISO 3166-1 alpha-2 code that a text stands for, or the text itself when it is no country
    we know.
    """
    bare = text.strip()
    upper = bare.upper()
    if len(bare) == 2 and upper in _codes():
        return upper
    if len(bare) == 3 or (len(bare) == 1 and bare == upper):
        return _short().get(upper) or _names().get(bare.casefold(), bare)
    return _names().get(bare.casefold(), bare)
