"""What to say of a word that is not known."""

from __future__ import annotations

import difflib


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """A suggestion such as ` (did you mean "timeout"?)`, else the names there are, or nothing."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f' (did you mean "{close[0]}"?)'
    return f" (known: {', '.join(known)})" if known else ""
