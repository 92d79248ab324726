"""Photos of open parcels: checked to be pictures, made small, kept without what the camera wrote into them.

A file is decoded and written anew, so that neither the place where it was taken nor anything hidden in it is kept.
"""

import io
import warnings
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core import ids, kept_files
from core.errors import RuleViolation
from orders import history
from orders.models import HistoryKind
from tenancy import scoping
from tenancy.actors import Actor
from warehouse import quality
from warehouse.models import PackPhoto

BYTES_AT_MOST = 12 * 1024 * 1024
PIXELS_AT_MOST = 60_000_000
LONGEST_SIDE = 1600
PHOTOS_AT_MOST = 6
FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPE = "image/jpeg"


class BadPhoto(RuleViolation):
    """This file cannot be kept as a photo."""

    code = "bad_photo"


class NoSuchPhoto(RuleViolation):
    """The file of a photo is gone from the disk."""

    code = "no_such_photo"
    status = 404


@transaction.atomic
def add(*, package_id: int, content: bytes, actor: Actor, now: datetime) -> PackPhoto:
    """Keep a photo of a parcel that stands at the pack station."""
    package = quality.lock_picked(package_id=package_id)
    if PackPhoto.objects.filter(package=package).count() >= PHOTOS_AT_MOST:
        raise BadPhoto(_("A parcel has at most %(most)d photos.") % {"most": PHOTOS_AT_MOST})
    picture = as_jpeg(content)
    public_id = ids.public_id("pho")
    photo = PackPhoto.objects.create(
        public_id=public_id,
        shop_id=package.shop_id,
        package=package,
        path=kept_files.keep(
            folder="parcels",
            seller_id=scoping.current().only_seller,
            name=f"{public_id}.jpg",
            content=picture,
        ),
        taken_at=now,
        by_label=actor.label,
    )
    history.record(order=package, at=now, actor=actor, kind=HistoryKind.FLOOR, action="package.photo")
    return photo


def read(photo: PackPhoto) -> bytes:
    """The picture; raises NoSuchPhoto."""
    try:
        return kept_files.read(path=photo.path)
    except OSError as error:
        raise NoSuchPhoto(_("The file of this photo is gone.")) from error


def as_jpeg(content: bytes, *, longest: int = LONGEST_SIDE) -> bytes:
    """The picture written anew, no side longer than `longest`, on white where it was transparent."""
    if len(content) > BYTES_AT_MOST:
        raise BadPhoto(_("A photo has at most %(most)d MB.") % {"most": BYTES_AT_MOST // (1024 * 1024)})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > PIXELS_AT_MOST:
                    raise BadPhoto(_("This picture has too many pixels."))
                image.draft("RGB", (longest, longest))
                upright = _on_white(ImageOps.exif_transpose(image))
                upright.thumbnail((longest, longest))
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise BadPhoto(_("This file is no picture (JPEG, PNG or WebP).")) from error
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper
