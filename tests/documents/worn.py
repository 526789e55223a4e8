"""Paper as it comes back to the counter: copied grey, folded, stained, held askew."""

import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def worn(image: Image.Image, chance: random.Random) -> Image.Image:
    """Return `image`, dark on white, as paper with a stain and a fold."""
    image = image.convert("L")
    _stain(image, chance)
    _fold(image, chance)
    return image


def seen(paper: Image.Image, chance: random.Random) -> Image.Image:
    """Return a grey copy of `paper` as a camera sees it once: askew, blurred, in half a shadow."""
    turned = paper.rotate(
        chance.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True, fillcolor=255
    )
    blurred = turned.filter(ImageFilter.GaussianBlur(chance.uniform(0.8, 1.5)))
    return _grey(blurred, chance)


def _stain(image: Image.Image, chance: random.Random) -> None:
    """A ring of coffee that covers a sixteenth of the symbol."""
    width, height = image.size
    across = 0.28 * min(width, height)
    x, y = chance.uniform(0, width - across), chance.uniform(0, height - across)
    blot = Image.new("L", image.size, 255)
    ImageDraw.Draw(blot).ellipse((x, y, x + across, y + across), fill=chance.randint(150, 200))
    dark = np.minimum(np.asarray(image), np.asarray(blot))
    image.paste(Image.fromarray(dark))


def _fold(image: Image.Image, chance: random.Random) -> None:
    """A crease from edge to edge where the ink has come off."""
    width, height = image.size
    at = chance.uniform(0.3, 0.7)
    line = ImageDraw.Draw(image)
    if chance.random() < 0.5:
        line.line((0, at * height, width, (at + 0.05) * height), fill=225, width=4)
    else:
        line.line((at * width, 0, (at - 0.05) * width, height), fill=225, width=4)


def _grey(image: Image.Image, chance: random.Random) -> Image.Image:
    """A pale copy: less contrast, a shadow over one side, and grain."""
    pixels = np.asarray(image, dtype=float)
    grain = np.random.default_rng(chance.getrandbits(32)).normal(0, 9, pixels.shape)
    shadow = np.linspace(0, chance.uniform(10, 45), pixels.shape[1])
    pale = 75 + pixels * (135 / 255) - shadow + grain
    return Image.fromarray(pale.clip(0, 255).astype(np.uint8))
