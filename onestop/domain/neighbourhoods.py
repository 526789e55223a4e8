"""Which network addresses count as one guesser."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

_BITS: Final = {4: 24, 6: 56}


def neighbourhood(address: str | None) -> str:
    """Return the network that is counted as one guesser: /24 of IPv4, /56 of IPv6.

    Source: docs/rules.md, rules R20, D9.
    """
    parsed = _parsed(address)
    if parsed is None:
        return "unknown"
    return str(ip_network((parsed, _BITS[parsed.version]), strict=False))


def one_address(address: str) -> str:
    """Return what counts as one address: of IPv6 the /56, whose addresses one line has all alone.

    Source: docs/rules.md, rule D9.
    """
    parsed = _parsed(address)
    if parsed is None:
        return address
    return str(parsed) if parsed.version == 4 else neighbourhood(address)


def _parsed(address: str | None) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
