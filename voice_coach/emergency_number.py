"""The emergency number: from the setting, else the machine's locale, else the language's default.

A locale names a territory ("en_GB": the United Kingdom). It is a guess, but a better one than the
language: an English speaker may live anywhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

_LISTS = {
    "112": "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IN IS IT LI LT LU LV MT NG NL PL PT RO"
    " SE SI SK TR UA",
    "113": "NO",
    "911": "CA MX PH PR US VI",
    "999": "BD GB GG HK IM JE KE MY ZW",
    "119": "JP KR TW",
    "000": "AU",
    "111": "NZ",
    "120": "CN",
    "995": "SG",
    "101": "IL",
    "192": "BR",
}

NUMBERS = {land: number for number, lands in _LISTS.items() for land in lands.split()}
"""ISO 3166 territory -> the number that reaches an ambulance from any telephone there.

Sources: Directive (EU) 2018/1972, article 109, for 112 in the European Union; elsewhere what the
authority in charge publishes: FCC (US, 911), CRTC (CA, 911), Ofcom (GB, 999; 112 works as well),
ACMA (AU, 000), New Zealand Police (NZ, 111), Helsedirektoratet (NO, 113), and so on. Territories
whose number is uncertain, or depends on the kind of telephone, are left out.
"""

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables in which POSIX looks for the locale of messages; the first that isn't empty counts."""

_LOCALE = re.compile(r"[A-Za-z]{2,3}_([A-Z]{2})(?:\.[\w-]+)?(?:@\w+)?")


@dataclass(frozen=True, slots=True)
class Number:
    """An emergency number.

    Attributes:
        digits: the number as it is dialled.
        source: where it comes from, in words.
    """

    digits: str
    source: str

    @property
    def spoken(self) -> str:
        """Digit by digit: "9 1 1"."""
        return " ".join(self.digits)


def emergency_number(
    setting: str,
    language: str,
    environment: Mapping[str, str] | None = None,
    setting_source: str = "setting",
) -> Number:
    """Return the number to call.

    Args:
        setting: the setting emergency_number; "" for none.
        language: the default that comes with the prompts.
        environment: variables that name the locale; None for the process's own.
        setting_source: where the setting came from, in words.
    """
    if digits := re.sub(r"\D", "", setting):
        return Number(digits, setting_source)
    env = os.environ if environment is None else environment
    name = next((name for name in VARIABLES if env.get(name)), None)
    found = _LOCALE.fullmatch(env[name]) if name is not None else None
    if name is None or found is None:
        return Number(language, "default of the language")
    number = NUMBERS.get(found[1])
    if number is None:
        return Number(language, f"default of the language; none is known for {name}={env[name]}")
    return Number(number, f"locale, {name}={env[name]}")
