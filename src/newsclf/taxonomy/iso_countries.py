"""The countries of ISO 3166-1, with all their names and their numbers."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType


@cache
def iso_names() -> Mapping[str, tuple[str, ...]]:
    """Return every ISO 3166-1 code with the names that pycountry has for it, the common one first."""
    import pycountry  # late: it costs more than the whole of a taxonomy without countries

    # ISO 3166-1 leaves XK to its users, who have agreed on Kosovo; pycountry lists only what ISO itself assigned.
    names: dict[str, tuple[str, ...]] = {"XK": ("Kosovo",)}
    for country in pycountry.countries:
        head, _, tail = country.name.partition(", ")  # "Moldova, Republic of" is "Republic of Moldova" as well
        forms = [getattr(country, key, "") for key in ("common_name", "name", "official_name")]
        names[country.alpha_2] = tuple(dict.fromkeys(form.strip() for form in (*forms, f"{tail} {head}") if form))
    return MappingProxyType(names)


def m49_number(iso2: str) -> str:
    """Return the UN M49 number, which ISO 3166-1 has taken over as its numeric code; empty for Kosovo."""
    import pycountry

    country = pycountry.countries.get(alpha_2=iso2)
    return str(country.numeric) if country else ""
