"""Which SKU an unmapped listing probably means: by barcode, by code, by the words of its title. Pure calculation.

A suggestion is only ever offered. Two SKUs that fit equally well, such as two sizes of one shirt, make none.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SAME_CODE, SAME_BARCODE, CODE_ALIKE, TITLE_ALIKE = "same_code", "same_barcode", "code_alike", "title_alike"
_CODE_PART = 0.6  # of the longer code that the shorter one must make up
_TITLE_LEAST = 0.55
_EDGE = 4  # signs; shorter codes are alike by chance
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


@dataclass(frozen=True)
class Candidate:
    """A SKU in use, as far as it can be recognized."""

    sku_id: int
    seller_sku: str
    name: str
    variation: str = ""
    barcodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What a listing says about itself."""

    seller_sku: str
    title: str
    variation: str = ""


@dataclass(frozen=True)
class Suggestion:
    """The best candidate and why it is the best."""

    candidate: Candidate
    why: str
    score: float


def squeeze(code: str) -> str:
    """A code without its spelling: `kf mug-sea` is `KFMUGSEA`."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code).upper() if sign.isalnum())


def words_of(*texts: str) -> frozenset[str]:
    """The words of a title; scripts without spaces give their pairs of signs."""
    found: set[str] = set()
    for text in texts:
        for word in re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()):
            if _CJK.search(word) and len(word) > 1:
                found.update(word[at : at + 2] for at in range(len(word) - 1))
            else:
                found.add(word)
    return frozenset(found)


class Matcher:
    """Candidates sorted for looking up; made once for a page of listings."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        self._words = [words_of(one.name, one.variation) for one in candidates]
        self._variations = [words_of(one.variation) for one in candidates]
        self._codes = [squeeze(one.seller_sku) for one in candidates]
        self._by_code: dict[str, list[int]] = defaultdict(list)
        self._by_edge: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_barcode: dict[str, int] = {}
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(candidates):
            self._by_code[self._codes[at]].append(at)
            if len(self._codes[at]) >= _EDGE:
                self._by_edge["head", self._codes[at][:_EDGE]].append(at)
                self._by_edge["tail", self._codes[at][-_EDGE:]].append(at)
            self._by_barcode.update(dict.fromkeys(one.barcodes, at))
            for word in self._words[at]:
                self._by_word[word].append(at)

    def best(self, wanted: Wanted) -> Suggestion | None:
        """The one candidate that fits best, or None when none does or several do equally."""
        code = squeeze(wanted.seller_sku)
        if wanted.seller_sku in self._by_barcode:
            return self._made(self._by_barcode[wanted.seller_sku], SAME_BARCODE, 1.0)
        if code and self._by_code.get(code):
            return self._only(dict.fromkeys(self._by_code[code], 1.0), SAME_CODE)
        alike = self._only(self._codes_alike(code), CODE_ALIKE) if len(code) >= _EDGE else None
        return alike or self._only(self._titles_alike(wanted), TITLE_ALIKE)

    def _codes_alike(self, code: str) -> dict[int, float]:
        """One code is the other with something before or behind it, like a shop's mark."""
        near = {*self._by_edge["head", code[:_EDGE]], *self._by_edge["tail", code[-_EDGE:]]}
        found = {}
        for at in near:
            short, long = sorted((code, self._codes[at]), key=len)
            part = len(short) / len(long)
            if part >= _CODE_PART and (long.startswith(short) or long.endswith(short)):
                found[at] = part
        return found

    def _titles_alike(self, wanted: Wanted) -> dict[int, float]:
        """How much of a SKU's name the title repeats, rare words counting most; another variation counts against it."""
        said, variation = words_of(wanted.title, wanted.variation), words_of(wanted.variation)
        shared = Counter()
        for word in said:
            for at in self._by_word.get(word, ()):
                shared[at] += self._weight(word)
        found = {}
        for at, weight in shared.items():
            of_sku = self._sum(self._words[at])
            of_both = self._sum(self._words[at] | said)
            score = 0.75 * weight / of_sku + 0.25 * weight / of_both
            if variation and self._variations[at] and not variation & self._variations[at]:
                score *= 0.5
            if score >= _TITLE_LEAST:
                found[at] = score
        return found

    def _weight(self, word: str) -> float:
        return math.log(1 + (1 + len(self._candidates)) / (1 + len(self._by_word.get(word, ()))))

    def _sum(self, words: Iterable[str]) -> float:
        return sum(self._weight(word) for word in words)

    def _only(self, scores: dict[int, float], why: str) -> Suggestion | None:
        if not scores:
            return None
        best = max(scores.values())
        winners = [at for at, score in scores.items() if score >= best - 0.01]
        return self._made(winners[0], why, best) if len(winners) == 1 else None

    def _made(self, at: int, why: str, score: float) -> Suggestion:
        return Suggestion(self._candidates[at], why, round(min(score, 1.0), 3))
