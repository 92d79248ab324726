"""Which of the platform's warehouses mean nothing to us. A later stage knows; it registers its answer here."""

from collections.abc import Callable

Site = tuple[int, str]  # (shop id, the platform's warehouse id)
Answer = Callable[[set[Site]], set[Site]]

_answers: list[Answer] = []


def answers(answer: Answer) -> Answer:
    """Decorator of the one function that tells, of given sites, those that none of our warehouses stands for."""
    _answers[:] = [answer]
    return answer


def unknown(sites: set[Site]) -> set[Site]:
    """Of these, the ones that nobody ships from. Nothing is unknown while nobody can tell."""
    if not sites or not _answers:
        return set()
    return _answers[0](sites)
