"""Templates for hundreds of equal rows: what cannot differ between them is worked out once, when the template is put together.

Fixed words in the present language, fixed icons and included fragments become part of the text. The words of a page's
rows are most of its work; everything else stays the template engine's.
"""

from collections.abc import Iterator

from django.template import Context, Template, engines
from django.template.base import Node, NodeList, TextNode
from django.template.defaulttags import IfNode
from django.template.library import SimpleNode
from django.template.loader import get_template
from django.template.loader_tags import IncludeNode
from django.templatetags.i18n import TranslateNode

from core.templatetags import ui

_FIXED = (ui.icon,)


def settled(source: str) -> Template:
    """A template of this source, settled in the language that is active now."""
    template = engines["django"].from_string(source).template
    template.nodelist = _settle(template.nodelist)
    return template


def _settle(nodes: NodeList) -> NodeList:
    found = NodeList()
    for node in nodes:
        for settled_node in _settled_node(node):
            if isinstance(settled_node, TextNode) and found and isinstance(found[-1], TextNode):
                found[-1] = TextNode(found[-1].s + settled_node.s)
            else:
                found.append(settled_node)
    return found


def _settled_node(node: Node) -> Iterator[Node]:
    if _is_fixed(node):
        yield TextNode(node.render(Context()))
    elif isinstance(node, IncludeNode) and _is_plain_include(node):
        included = engines["django"].from_string(get_template(node.template.var).template.source)
        yield from _settle(included.template.nodelist)
    else:
        if isinstance(node, IfNode):
            node.conditions_nodelists = [
                (condition, _settle(nodes)) for condition, nodes in node.conditions_nodelists
            ]
        else:
            for name in node.child_nodelists:
                if nodes := getattr(node, name, None):
                    setattr(node, name, _settle(nodes))
        yield node


def _is_fixed(node: Node) -> bool:
    """The same in every row: `{% translate "words" %}` and `{% icon "name" %}`, kept in no variable."""
    if isinstance(node, TranslateNode):
        return node.asvar is None and _is_constant(node.filter_expression)
    if isinstance(node, SimpleNode):
        values = [*node.args, *node.kwargs.values()]
        return node.func in _FIXED and node.target_var is None and all(map(_is_constant, values))
    return False


def _is_constant(expression) -> bool:
    """Words in quotes, without a filter. (Words to translate are kept as a variable that is a literal.)"""
    literal = getattr(expression.var, "literal", None)
    return not expression.filters and (isinstance(expression.var, str) or isinstance(literal, str))


def _is_plain_include(node: IncludeNode) -> bool:
    return isinstance(node.template.var, str) and not (node.extra_context or node.isolated_context)
