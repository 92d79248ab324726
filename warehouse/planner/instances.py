"""Planning problems as lines of JSON: read with a sentence for everything that is wrong, answered line by line."""

import gzip
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.planner.block import Block
from warehouse.planner.problem import Problem

AISLES_AT_MOST, CELLS_AT_MOST, ORDERS_AT_MOST = 500, 5000, 5000


class BadInstance(Exception):
    """The file or one of its lines cannot be planned; the text says why."""


@dataclass(frozen=True)
class Instance:
    name: str
    problem: Problem


def read(path: Path) -> Iterator[Instance]:
    """Instance by instance; empty lines are skipped."""
    number = 0
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):  # noqa: B007  # named in the refusal below
                if line.strip():
                    yield _instance(line, where=f"{path.name}, line {number}")
    except UnicodeDecodeError as error:
        raise BadInstance(f"{path.name}, after line {number}: this is not UTF-8 text.") from error
    except (OSError, EOFError) as error:
        raise BadInstance(f"{path.name} cannot be read: {error}.") from error


def _instance(line: str, *, where: str) -> Instance:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise BadInstance(f"{where}: this is not JSON.") from error
    if not isinstance(raw, dict):
        raise BadInstance(f"{where}: an instance is an object with a name, a capacity and orders.")
    if raw.get("blocks", 1) != 1:
        raise BadInstance(
            f"{where}: only warehouses of one block can be planned here, this one has {raw['blocks']}."
        )
    block = Block(
        aisles=_whole(raw, "aisles", where=where, most=AISLES_AT_MOST),
        cells=_whole(raw, "cells", where=where, most=CELLS_AT_MOST),
        between_aisles=_measure(raw, "d_aisle", where=where),
        between_cells=_measure(raw, "d_cell", where=where),
        entry=_measure(raw, "d_entry", where=where),
        depot=_depot(raw, where=where),
    )
    capacity = _whole(raw, "capacity", where=where, most=1 << 40)
    stops, sizes = _orders(raw, block=block, capacity=capacity, where=where)
    name = raw.get("name")
    if not isinstance(name, str) or not name:
        raise BadInstance(f"{where}: the instance has no name.")
    return Instance(name=name, problem=Problem(block=block, stops=stops, sizes=sizes, caps=[capacity]))


def _is_whole(value: object, *, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _whole(raw: dict, key: str, *, where: str, most: int) -> int:
    value = raw.get(key)
    if not _is_whole(value, least=1, most=most):
        raise BadInstance(f"{where}: “{key}” must be a whole number from 1 to {most}.")
    return value


def _measure(raw: dict, key: str, *, where: str) -> float:
    value = raw.get(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value < 1e6:
        raise BadInstance(f"{where}: “{key}” must be a length that is not negative.")
    return float(value)


def _depot(raw: dict, *, where: str) -> int:
    depot = raw.get("depot", {"aisle": 0})
    aisle = depot.get("aisle") if isinstance(depot, dict) else None
    if not _is_whole(aisle, least=0, most=raw["aisles"] - 1):
        raise BadInstance(f"{where}: the depot must stand at one of the aisles 0 to {raw['aisles'] - 1}.")
    if depot.get("side", "bottom") != "bottom" or depot.get("extra", 0):
        raise BadInstance(f"{where}: the depot must be on the front cross aisle (side “bottom”, extra 0).")
    return aisle


def _orders(raw: dict, *, block: Block, capacity: int, where: str) -> tuple[list, list]:
    orders = raw.get("orders")
    if not isinstance(orders, list) or len(orders) > ORDERS_AT_MOST:
        raise BadInstance(f"{where}: “orders” must be a list of at most {ORDERS_AT_MOST} orders.")
    stops, sizes = [], []
    for number, order in enumerate(orders):
        if not isinstance(order, list) or not order:
            raise BadInstance(f"{where}: order {number} has no line.")
        for line in order:
            if (
                not isinstance(line, list)
                or len(line) != 3
                or not all(_is_whole(v, least=0, most=1 << 40) for v in line)
            ):
                raise BadInstance(f"{where}: a line of order {number} is not [aisle, cell, quantity].")
            if line[0] >= block.aisles or line[1] >= block.cells or line[2] < 1:
                raise BadInstance(
                    f"{where}: order {number} asks for {line[2]} from aisle {line[0]}, cell {line[1]}; "
                    f"there are aisles 0 to {block.aisles - 1} and cells 0 to {block.cells - 1}."
                )
        size = sum(line[2] for line in order)
        if size > capacity:
            raise BadInstance(f"{where}: order {number} holds {size} items, a cart takes only {capacity}.")
        stops.append([(line[0], line[1]) for line in order])
        sizes.append([size])
    return stops, sizes
