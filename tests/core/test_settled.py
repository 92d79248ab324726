"""A settled template says the same as the plain one, with less left to do."""

from django.template import Context, engines
from django.template.base import TextNode
from django.utils import translation

from core.settled import settled

SOURCE = (
    '{% for row in rows %}<p title="{% translate \'Orders\' %}">{% icon "flame" %}'
    '{% if row.0 %}{% translate "Import a file" %}{% else %}{% translate "Export" %}{% endif %}{{ row.1 }}</p>{% endfor %}'
)
ROWS = {"rows": [(True, "<a>"), (False, "b")]}


def plain(source: str) -> str:
    return engines["django"].from_string(source).render(ROWS)


def test_it_says_what_the_plain_template_says():
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert settled(SOURCE).render(Context(ROWS)) == plain(SOURCE)
    assert "&lt;a&gt;" in settled(SOURCE).render(Context(ROWS))


def test_what_cannot_differ_is_text_by_now():
    template = settled('<b>{% translate "Orders" %}{% icon "flame" %}</b>')

    (node,) = template.nodelist
    assert isinstance(node, TextNode)


def test_words_kept_in_a_variable_or_taken_from_one_stay():
    source = '{% translate "Orders" as word %}{{ word }}{% translate given %}'

    assert settled(source).render(Context({"given": "Export"})) == "OrdersExport"


def test_included_fragments_become_part_of_it():
    source = '{% for pager in pagers %}{% include "orders/_row_marks.html" %}{% endfor %}'

    assert settled(source).render(Context({"pagers": [1, 2]})) == plain(source.replace("pagers", "rows"))
