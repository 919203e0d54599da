"""A further channel through Apprise, an optional extra: only ever spoken to by the process that sends."""

from urllib.parse import urlsplit

from tracker.kit.mail import Outcome, Result
from tracker.kit.words import N_

NOT_INSTALLED = N_("Saluran pesan tidak terpasang pada pemasangan ini.")
NOT_ALLOWED = N_("Layanan pesan ini tidak diizinkan pada pemasangan ini.")
NOT_TAKEN = N_("Layanan pesan tidak menerima.")


def service_of(address: str) -> str:
    """The service an Apprise address names: `tgram` of `tgram://token/chat`."""
    return urlsplit(address.strip()).scheme.lower()


def is_allowed(address: str, services: tuple[str, ...]) -> bool:
    """Only services the installation names: an address could otherwise lead to any machine in its network."""
    return service_of(address) in services


def tell_in_chat(address: str, subject: str, link: str, services: tuple[str, ...]) -> Result:
    """A subject and where to read on; never what the digest says, which stays with us."""
    if not is_allowed(address, services):
        return Result(Outcome.REFUSED, NOT_ALLOWED)
    try:
        import apprise  # loads 170 services and takes seconds
    except ImportError:
        return Result(Outcome.REFUSED, NOT_INSTALLED)
    channel = apprise.Apprise()
    try:
        taken = channel.add(address) and channel.notify(title=subject, body=link)
    except Exception as problem:  # a service's own troubles; the address, which holds a secret, is not told
        return Result(Outcome.LATER, type(problem).__name__)
    return Result(Outcome.ACCEPTED) if taken else Result(Outcome.LATER, NOT_TAKEN)
