"""Sentences and lists are put together as each language writes them."""

from django.utils import translation

from core import sentences


def test_a_space_stands_between_sentences_and_none_after_a_full_width_stop():
    assert sentences.joined(["One.", "", "Two!", "Three."]) == "One. Two! Three."
    assert sentences.joined(["一。", "二！", "三。"]) == "一。二！三。"
    assert sentences.joined(["只有 2 件。", "Box S: 3."]) == "只有 2 件。Box S: 3."
    assert sentences.joined([]) == ""


def test_a_list_has_the_comma_of_its_language():
    assert sentences.listed(["A-01", "A-02"]) == "A-01, A-02"
    with translation.override("zh-hans"):
        assert sentences.listed(["A-01", "A-02"]) == "A-01、A-02"
