"""Which SKU a listing probably means."""

import pytest

from catalog.suggestions import Candidate, Matcher, Wanted, words_of

SKUS = [
    Candidate(1, "KF-MUG-SEA", "Pebble enamel mug", "Sea green", ("8935001",)),
    Candidate(2, "KF-MUG-SND", "Pebble enamel mug", "Sand"),
    Candidate(3, "KF-LAMP-01", "Moon night lamp", ""),
    Candidate(4, "KF-TEE-BLK-M", "Cotton tee", "Black, M"),
    Candidate(5, "KF-TEE-BLK-L", "Cotton tee", "Black, L"),
    Candidate(6, "KF-YM-01", "亚麻餐垫", ""),
]


@pytest.mark.parametrize(
    "listing,sku_id,why",
    [
        (Wanted("kf mug sea", "Anything"), 1, "same_code"),
        (Wanted("8935001", "Anything"), 1, "same_barcode"),
        (Wanted("KF-MUG-SEA-VN", "Anything"), 1, "code_alike"),
        (Wanted("", "Moon night lamp with free gift, fast shipping"), 3, "title_alike"),
        (Wanted("", "Pebble enamel mug 350 ml", "Sand"), 2, "title_alike"),
        (Wanted("", "Cotton tee", "Black, L"), 5, "title_alike"),
        (Wanted("", "亚麻餐垫 两件装"), 6, "title_alike"),
    ],
)
def test_the_best_candidate_is_offered_with_its_reason(listing, sku_id, why):
    found = Matcher(SKUS).best(listing)
    assert (found.candidate.sku_id, found.why) == (sku_id, why)


@pytest.mark.parametrize(
    "listing",
    [
        Wanted("", "Bamboo toothbrush set"),
        Wanted("", "Cotton tee"),  # two sizes fit equally well
        Wanted("KF-TEE-BLK-XL", "Something else"),
        Wanted("KF", "Something else"),
        Wanted("", ""),
    ],
)
def test_what_fits_nothing_or_two_equally_gets_no_suggestion(listing):
    assert Matcher(SKUS).best(listing) is None


def test_without_skus_there_is_nothing_to_suggest():
    assert Matcher([]).best(Wanted("KF-1", "Lamp")) is None


def test_words_of_scripts_without_spaces_are_pairs():
    assert words_of("亚麻餐垫 L") == {"亚麻", "麻餐", "餐垫", "l"}
