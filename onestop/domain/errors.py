"""The root of every refusal: a class named after what was refused, with facts as attributes."""


class DomainError(Exception):
    """A request that a rule refuses; the edges turn it into a sentence (onestop/web/messages).

    Subclasses carry attributes, never prose. `str(error)` is for logs: it must not hold a name,
    a number or any other personal value.
    """
