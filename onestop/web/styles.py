"""Style sheets made small: comments and idle white space out, the rules untouched."""

import re


def squeezed(css: str) -> str:
    """Return our own style sheet without comments, indents and line ends.

    Good for sheets without white space that matters inside strings; ours have none.
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?", r"\1", css).strip()
