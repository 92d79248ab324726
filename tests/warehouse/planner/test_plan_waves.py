"""The command: a line an instance, and a sentence for whatever is wrong in the file."""

import gzip
import json

import pytest
from django.core.management import CommandError, call_command

GOOD = {
    "name": "three",
    "capacity": 3,
    "aisles": 2,
    "cells": 5,
    "blocks": 1,
    "depot": {"aisle": 0, "side": "bottom", "extra": 0.0},
    "d_aisle": 5.0,
    "d_cell": 1.0,
    "d_entry": 1.5,
    "orders": [[[0, 1, 2]], [[1, 4, 1], [1, 4, 1]], [[0, 3, 1]]],
    "ref": None,
}


def planned(tmp_path, *raws, name="in.jsonl"):
    source, target = tmp_path / name, tmp_path / "out.jsonl"
    text = "\n".join(raw if isinstance(raw, str) else json.dumps(raw) for raw in raws)
    source.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    call_command("plan_waves", instances=source, out=target, seconds=0.1, verbosity=0)
    return [json.loads(line) for line in target.read_text().splitlines()]


@pytest.mark.parametrize("name", ["in.jsonl", "in.jsonl.gz"])
def test_a_line_for_each_instance(tmp_path, name):
    first, second = planned(tmp_path, GOOD, "", {**GOOD, "name": "again"}, name=name)
    assert (first["name"], second["name"]) == ("three", "again")
    assert sorted(map(sorted, first["batches"])) == [[0], [1, 2]]
    assert sorted(map(sorted, first["tours"])) == [[[0, 1]], [[0, 3], [1, 4]]]
    assert 0 < first["seconds"] < 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"orders": [[[0, 1, 4]]]}, "order 0 holds 4 items, a cart takes only 3"),
        ({"orders": [[[2, 1, 1]]]}, "there are aisles 0 to 1 and cells 0 to 4"),
        ({"orders": [[]]}, "order 0 has no line"),
        ({"orders": [[[0, 1]]]}, "is not \\[aisle, cell, quantity\\]"),
        ({"orders": None}, "must be a list"),
        ({"capacity": 0}, "“capacity” must be a whole number"),
        ({"d_cell": -1}, "“d_cell” must be a length"),
        ({"blocks": 2}, "only warehouses of one block"),
        ({"depot": {"aisle": 7}}, "the depot must stand at one of the aisles 0 to 1"),
        ({"depot": {"aisle": 0, "side": "top"}}, "on the front cross aisle"),
        ({"name": ""}, "has no name"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, change, words):
    with pytest.raises(CommandError, match=f"in.jsonl, line 1: .*{words}"):
        planned(tmp_path, {**GOOD, **change})


def test_no_json_no_file_and_no_gzip(tmp_path):
    with pytest.raises(CommandError, match="line 1: this is not JSON"):
        planned(tmp_path, "{broken")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("plan_waves", instances=tmp_path / "nowhere.jsonl", out=tmp_path / "out.jsonl")
    (tmp_path / "plain.gz").write_text("{}")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("plan_waves", instances=tmp_path / "plain.gz", out=tmp_path / "out.jsonl")
