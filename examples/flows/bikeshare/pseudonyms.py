"""Pseudonyms for riders: the same rider has the same one every night, and nobody can go back."""

import hashlib
import hmac

from .rides import Ride

LENGTH = 16
"""Hexadecimal digits of a pseudonym; 64 bits tell far more riders apart than there are."""


def pseudonym(rider: str, key: str) -> str:
    """Return the pseudonym of a rider under the secret ``key``."""
    return hmac.new(key.encode(), rider.encode(), hashlib.sha256).hexdigest()[:LENGTH]


def pseudonymise(rides: list[Ride], key: str) -> list[Ride]:
    """Return the rides with pseudonyms in place of their riders; refuse an empty ``key``."""
    if not key:
        raise ValueError("pseudonyms under an empty key can be undone by anyone")
    return [{**ride, "rider": pseudonym(ride["rider"], key)} for ride in rides]


def is_pseudonym(rider: str) -> bool:
    """Say whether ``rider`` looks like a pseudonym and not like a rider of the extract."""
    return len(rider) == LENGTH and set(rider) <= set("0123456789abcdef")
