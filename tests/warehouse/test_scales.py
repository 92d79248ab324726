"""Which weights are believed."""

import pytest

from tests.make_orders import NOW
from tests.make_warehouse import MAI, make_stock, picked
from warehouse import packing, scales
from warehouse.models import PackRecord
from warehouse.scales import Weighing


@pytest.mark.parametrize(
    ("weighing", "code", "sentence"),
    [
        (Weighing(0), "weight_zero", "The weight is 0 g. Put the parcel on the scale."),
        (Weighing(0, "serial", (0, 0, 0)), "weight_zero", "The weight is 0 g. Put the parcel on the scale."),
        (
            Weighing(-12, "keyed", (-12, -12, -12)), "weight_negative",
            "The scale shows -12 g. Empty it, set it to zero and weigh again.",
        ),
        (
            Weighing(512, "serial", (0, 300, 510, 512)), "weight_moving",
            "The scale is still moving (300 g, 510 g, 512 g). Wait until the same weight shows 3 times.",
        ),
        (
            Weighing(512, "keyed", (512, 512)), "weight_moving",
            "The scale is still moving (512 g, 512 g). Wait until the same weight shows 3 times.",
        ),
        (
            Weighing(500, "keyed", (512, 512, 512)), "weight_moving",
            "The scale is still moving (512 g, 512 g, 512 g). Wait until the same weight shows 3 times.",
        ),
        (
            Weighing(512, "serial", (512, 512, 512), last_g=512), "weight_not_new",
            "512 g is the last parcel's weight, and the scale was not empty since. Take everything off, wait for 0 g, "
            "and weigh this parcel.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_believed(weighing, code, sentence):
    with pytest.raises(scales.BadWeight) as refused:
        scales.check(weighing)
    assert (refused.value.code, str(refused.value)) == (code, sentence)


@pytest.mark.parametrize(
    "weighing",
    [
        Weighing(None),
        Weighing(512, last_g=512),  # typed: a person says so
        Weighing(512, "serial", (0, 300, 512, 512, 512)),
        Weighing(512, "serial", (512, 1, 512, 512, 512), last_g=512),  # the plate was empty between
        Weighing(513, "keyed", (513, 513, 513), last_g=512),
    ],
)
def test_what_is_believed(weighing):
    scales.check(weighing)


def test_readings_are_read_as_the_page_sends_them():
    assert scales.parse_readings("0,512, 512,-3,x,,99999999999") == (0, 512, 512, -3)
    assert len(scales.parse_readings(",".join(["5"] * 99))) == scales.READINGS_KEPT


def test_a_weight_that_is_not_believed_closes_nothing(site, cedar_shop):
    make_stock("MUG", 5)
    package = picked(shop=cedar_shop, warehouse=site)
    packing.scan_item(package_id=package.pk, code="MUG", actor=MAI, now=NOW)
    for weighing in (
        Weighing(0, "serial", (0, 0, 0)),
        Weighing(-5, "serial", (-5, -5, -5)),
        Weighing(510, "serial", (508, 509, 510)),
        Weighing(510, "serial", (510, 510, 510), last_g=510),
    ):
        with pytest.raises(scales.BadWeight):
            packing.finish(
                package_id=package.pk,
                carton_code="3",
                weight_g=weighing.grams,
                weighing=weighing,
                actor=MAI,
                now=NOW,
            )
    package.refresh_from_db()
    assert (package.state, PackRecord.objects.exists()) == ("picked", False)
    steady = Weighing(510, "serial", (0, 510, 510, 510), last_g=510)
    record = packing.finish(
        package_id=package.pk, carton_code="3", weight_g=510, weighing=steady, actor=MAI, now=NOW
    )
    assert (record.weight_g, record.weight_source) == (510, "serial")
