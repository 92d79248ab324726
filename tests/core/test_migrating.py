"""A state that grows in place is the state that Django draws anew."""

import pytest
from django.db import models
from django.db.migrations import operations as ops
from django.db.migrations.state import ProjectState

from core.postgres import migrating

KEY = ("id", models.BigAutoField(primary_key=True))
STEPS = [
    ops.CreateModel("Seller", [KEY, ("name", models.CharField(max_length=9))]),
    ops.CreateModel("Shop", [KEY, ("seller", models.ForeignKey("house.Seller", models.CASCADE))]),
    ops.AddField("Shop", "region", models.CharField(max_length=2, default="VN"), preserve_default=False),
    ops.AddField("Seller", "first", models.ForeignKey("house.Shop", models.SET_NULL, null=True)),
    ops.AddIndex("Shop", models.Index(fields=["region"], name="by_region")),
    ops.AddConstraint("Shop", models.UniqueConstraint(fields=["region"], name="once")),
    ops.AddConstraint("Shop", models.CheckConstraint(condition=models.Q(pk__gt=0), name="positive")),
    ops.RemoveConstraint("Shop", "once"),
    ops.AlterField("Shop", "region", models.CharField(max_length=3)),
]


def walked() -> list[tuple]:
    """What each step leaves: the state and its classes."""
    state, seen = ProjectState(), []
    assert state.apps is not None  # drawn, as it is once a migration has run
    for step in STEPS:
        state = state.clone()
        step.state_forwards("house", state)
        fresh = state.clone()
        fresh.clear_delayed_apps_cache()  # as before code of a migration runs
        seen.append((state, look(state), look(fresh), backwards(fresh)))
    return seen


def look(state: ProjectState) -> dict[str, tuple]:
    """What the schema is made from."""
    return {
        model._meta.label: (
            {field.name: field.deconstruct()[1:] for field in model._meta.fields},
            model._meta.indexes,
            [one.name for one in model._meta.constraints],
        )
        for model in state.apps.get_models()
    }


def backwards(state: ProjectState) -> dict[str, list[str]]:
    """The relations as the other end sees them."""
    return {
        model._meta.label: sorted(one.get_accessor_name() for one in model._meta.related_objects)
        for model in state.apps.get_models()
    }


@pytest.fixture
def djangos() -> list[tuple]:
    return walked()


def test_every_step_leaves_the_state_and_the_classes_that_django_draws(djangos):
    with migrating.in_place():
        ours = walked()
    for step, found, expected in zip(STEPS, ours, djangos, strict=True):
        assert found == expected, step
    assert ours[-1][3] == {"house.Seller": ["shop_set"], "house.Shop": ["seller_set"]}


def test_afterwards_django_draws_as_before():
    before = {name: getattr(ProjectState, name) for name in migrating._REPLACED}
    with pytest.raises(KeyError), migrating.in_place():
        raise KeyError
    assert {name: getattr(ProjectState, name) for name in migrating._REPLACED} == before
