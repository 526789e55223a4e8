"""Which network addresses count as one guesser."""

from ipaddress import ip_address, ip_network
from typing import Final

_BITS: Final = {4: 24, 6: 56}


def neighbourhood(address: str | None) -> str:
    """Return the network that is counted as one guesser: /24 of IPv4, /56 of IPv6.

    Source: docs/rules.md, rules R20, D9.
    """
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    return str(ip_network((parsed, _BITS[parsed.version]), strict=False))
