"""Migrations whose state is kept up to date in place.

Django draws every model that is connected to a changed one anew, for every operation; here all are connected through the
seller, so that a new database cost twenty thousand drawings of models. For the schema a new model or field, an index or
constraint that comes or goes, changes nothing about the others: what was drawn is changed in place. Relations as the other
end sees them are missing then, so everything else (other operations, code that reads rows) starts from models drawn anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED, Field

_REPLACED = ("add_model", "add_field", "_append_option", "_remove_option", "reload_model", "reload_models")


@contextmanager
def in_place() -> Iterator[None]:
    """Within this block states of migrations grow in place."""
    before = {name: getattr(ProjectState, name) for name in _REPLACED}
    ProjectState.add_model = _add_model(before["add_model"])
    ProjectState.add_field = _add_field
    ProjectState._append_option, ProjectState._remove_option = _append_option, _remove_option
    ProjectState.reload_model = _reload(before["reload_model"])
    ProjectState.reload_models = _reload(before["reload_models"])
    try:
        yield
    finally:
        for name, method in before.items():
            setattr(ProjectState, name, method)


def _add_model(djangos):
    def add_model(self: ProjectState, model_state: ModelState) -> None:
        key = (model_state.app_label, model_state.name_lower)
        if key in self.models or not _is_drawn(self):
            djangos(self, model_state)
            return
        self.models[key] = model_state
        if self._relations is not None:
            self.resolve_model_relations(key)
        self.apps.render_multiple([model_state])
        self.is_delayed = True

    return add_model


def _reload(djangos):
    """What grew in place is drawn as a whole when it is asked for next."""

    def reload(self: ProjectState, *args: object, **options: object) -> None:
        if self.is_delayed and _is_drawn(self):
            self.clear_delayed_apps_cache()
            self.is_delayed = False
        djangos(self, *args, **options)

    return reload


def _add_field(
    self: ProjectState, app_label: str, model_name: str, name: str, field: Field, preserve_default: bool
) -> None:
    if not preserve_default:
        field = field.clone()
        field.default = NOT_PROVIDED
    key = (app_label, model_name)
    self.models[key].fields[name] = field
    if self._relations is not None:
        self.resolve_model_field_relations(key, name, field)
    if _is_drawn(self):
        self.apps.get_model(*key).add_to_class(name, field.clone())
        self.is_delayed = True


def _append_option(
    self: ProjectState, app_label: str, model_name: str, option_name: str, obj: object
) -> None:
    options = self.models[app_label, model_name].options
    _set_option(self, (app_label, model_name), option_name, [*options[option_name], obj])


def _remove_option(
    self: ProjectState, app_label: str, model_name: str, option_name: str, obj_name: str
) -> None:
    options = self.models[app_label, model_name].options
    left = [one for one in options[option_name] if one.name != obj_name]
    _set_option(self, (app_label, model_name), option_name, left)


def _set_option(state: ProjectState, key: tuple[str, str], option_name: str, found: list[object]) -> None:
    state.models[key].options[option_name] = found
    if _is_drawn(state):
        setattr(state.apps.get_model(*key)._meta, option_name, list(found))
        state.is_delayed = True


def _is_drawn(state: ProjectState) -> bool:
    """Whether the models of this state exist as classes; asking for them would draw them."""
    return "apps" in state.__dict__
