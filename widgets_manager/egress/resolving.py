"""Stage: access. From a host to the addresses that may be connected to: asked once, all public or none."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Final

from widgets_manager.egress.addresses import is_public
from widgets_manager.egress.exceptions import FetchError, Reason
from widgets_manager.egress.urls import Target

# Names that no public resolver answers for: RFC 6762, RFC 8375, and what ICANN has set aside. `localhost` has no dot.
_PRIVATE_NAMES: Final = (".localhost", ".local", ".internal", ".home.arpa")
Resolver = Callable[[str, int, float], Sequence[str]]
"""Takes host, port and the seconds it may take; gives addresses as text. Raises OSError, TimeoutError among them."""


def ask_system(host: str, port: int, seconds: float) -> list[str]:
    """The system resolver's answers, in its order. Raises OSError.

    The system's call cannot be told to hurry, so it runs in a thread that is left behind when time is up.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            answers.put([str(entry[4][0]) for entry in found])
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def may_be_public(target: Target) -> bool:
    """Whether the host, as it is written, may be public. What a name resolves to is known later only."""
    if target.address:
        return is_public(target.address)
    return "." in target.host and not target.host.endswith(_PRIVATE_NAMES)


def addresses_of(target: Target, *, private_allowed: bool, resolve: Resolver, seconds: float) -> list[str]:
    """The addresses to connect to, without repeats.

    Raises FetchError: `blocked` when any answer is not public (unless `private_allowed`), `dns`, `timeout`. The text
    never names an address that the caller did not: that would tell about the network this server stands in.
    """
    answers = [str(target.address)] if target.address else _ask(target, resolve, seconds)
    if not private_allowed and not all(is_public(ip_address(answer)) for answer in answers):
        raise FetchError(
            Reason.BLOCKED, f"{target.host} is not on the public internet, and this server fetches from nowhere else."
        )
    return list(dict.fromkeys(answers))


def _ask(target: Target, resolve: Resolver, seconds: float) -> Sequence[str]:
    try:
        answers = resolve(target.host, target.port, seconds)
    except TimeoutError:
        raise FetchError(Reason.TIMEOUT, f"The name {target.host} was not resolved in time.") from None
    except OSError:
        answers = ()
    if not answers:
        raise FetchError(Reason.DNS, f"The name {target.host} has no address.")
    return answers
