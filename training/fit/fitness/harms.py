"""Kinds of lost detail, each from a little to a lot.

A harm takes one (S, S) uint8 face, a generator and how strong it is, 0 to 1, and returns the same shape.
Lengths grow with the side, so that a harm means the same on a face of 48 and of 192 px.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator

from training.data.video import decoded

Harm = Callable[[np.ndarray, Generator, float], np.ndarray]

SIDE = 48  # px of a crop; the lengths below are in such pixels


def grey(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _length(face: np.ndarray, pixels: float) -> float:
    """A length in pixels of a crop, converted to pixels of this face."""
    return pixels * len(face) / SIDE


def gaussian(face: np.ndarray, _: Generator, strength: float) -> np.ndarray:
    return cv2.GaussianBlur(face, (0, 0), max(0.1, _length(face, 0.3 + 2.7 * strength)))


def defocus(face: np.ndarray, _: Generator, strength: float) -> np.ndarray:
    size = max(1, round(_length(face, 1 + 6 * strength))) | 1
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)).astype(np.float32)
    return cv2.filter2D(face, -1, disk / disk.sum(), borderType=cv2.BORDER_REPLICATE)


def motion(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Motion blur along a straight or slightly bent path, at any angle."""
    length, bend = _length(face, 1 + 13 * strength), random.normal(0, 0.15)
    size = int(length) | 1
    steps = np.linspace(-0.5, 0.5, 4 * size)
    way = length * (steps + 1j * bend * (4 * steps**2 - 0.5)) * np.exp(1j * random.uniform(0, np.pi))
    reach = size // 2 + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    places = np.clip(np.rint(np.stack([way.imag, way.real])).astype(int), -reach, reach) + reach
    np.add.at(kernel, tuple(places), 1)
    return cv2.filter2D(face, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)


def mosaic(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    block = max(1.5, _length(face, 1.5 + 8 * strength))
    count = max(2, round(len(face) / block))
    small = cv2.resize(face, (count, count), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, face.shape[::-1], interpolation=cv2.INTER_NEAREST)


def enlarged(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """A face far away: reduced to between 40 and 6 px and enlarged again."""
    count = round(40 * 0.15**strength)
    fewer = random.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_NEAREST])
    more = random.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])
    small = cv2.resize(face, (count, count), interpolation=int(fewer))
    return cv2.resize(small, face.shape[::-1], interpolation=int(more))


def jpeg(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    quality = round(50 * 0.04**strength)
    return decoded(cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, max(1, quality)])[1])


def webp(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    quality = max(1, round(30 * (1 - strength)))
    return decoded(cv2.imencode(".webp", face, [cv2.IMWRITE_WEBP_QUALITY, quality])[1])


def median(face: np.ndarray, _: Generator, strength: float) -> np.ndarray:
    size = int(_length(face, 1.5 + 9 * strength)) | 1
    return cv2.medianBlur(face, min(size, 101))


def smoothed(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Strong noise reduction, which flattens areas and keeps edges."""
    loud = grey(face + random.normal(0, 4 + 12 * strength, face.shape))
    if random.random() < 0.5 and len(face) <= 100:
        return cv2.fastNlMeansDenoising(loud, None, 8 + 40 * strength, 3, 9)
    reach = max(3, round(_length(face, 2 + 4 * strength)))
    return cv2.bilateralFilter(loud, min(15, 2 * reach + 1), 20 + 110 * strength, reach)


def ringing(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Ringing at edges, from a sharp frequency cut-off or from too much sharpening."""
    if random.random() < 0.4:
        sigma = _length(face, random.uniform(0.6, 1.6))
        soft = cv2.GaussianBlur(face, (0, 0), sigma).astype(np.float32)
        return grey(face + (1 + 9 * strength) * (face - soft))
    kept = 0.5 * 0.12**strength
    across = np.abs(np.fft.fftfreq(len(face)))[:, None] * len(face) / SIDE
    along = np.abs(np.fft.rfftfreq(len(face)))[None] * len(face) / SIDE
    inside = np.hypot(across, along) < kept if random.random() < 0.5 else (across < kept) & (along < kept)
    return grey(np.fft.irfft2(np.fft.rfft2(face.astype(np.float32)) * inside, s=face.shape))


def few_greys(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    levels = max(2, round(12 * 0.15**strength))
    step = 255 / (levels - 1)
    dither = random.uniform(-0.5, 0.5, face.shape) if random.random() < 0.4 else 0
    return grey(np.rint(face / step + dither) * step)


def grain(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Noise of single pixels, of clumps, or of whole rows, equally strong at 48 px for any side."""
    sigma, kind = 8 + 62 * strength, random.random()
    if kind < 0.15:
        return grey(face + random.normal(0, sigma * 0.7, (len(face), 1)))
    clump = 1 if kind < 0.5 else random.uniform(1, max(1.01, _length(face, 2)))
    count = max(4, round(len(face) / clump))
    noise = random.normal(0, sigma, (count, count)).astype(np.float32)
    return grey(face + cv2.resize(noise, face.shape[::-1], interpolation=cv2.INTER_LINEAR))


def salt(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    hit = random.random(face.shape) < 0.01 + 0.35 * strength
    return np.where(hit, np.where(random.random(face.shape) < 0.5, 0, 255), face).astype(np.uint8)


def dim(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Little light, with the noise of the sensor."""
    light = 0.6 * 0.25**strength
    return grey(light * face + random.normal(0, random.uniform(1, 22), face.shape))


def interlaced(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Interlacing: every other line, or group of lines, is from another moment."""
    lines = max(1, round(_length(face, random.choice([0.5, 1, 1, 2]))))
    by = round(_length(face, 0.7 + 7 * strength)) * random.choice([-1, 1])
    odd = np.arange(len(face)) // lines % 2 == 1
    moved = np.roll(face, (round(random.normal(0, 0.2) * by), by), axis=(0, 1))
    # A converted frame rate blends both moments.
    if random.random() < 0.15:
        return grey((face.astype(float) + moved) / 2)
    return np.where(odd[:, None], moved, face)


def rolling_shutter(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Rolling shutter: rows shifted linearly, in a wave, or at random."""
    size, kind = len(face), random.random()
    rows, reach = np.arange(size) / size, _length(face, 1 + 9 * strength)
    if kind < 0.4:
        shift = 2.2 * reach * (rows - 0.5)
    elif kind < 0.8:
        shift = 0.6 * reach * np.sin(2 * np.pi * (rows * random.uniform(0.7, 5) + random.random()))
    else:
        shift = random.normal(0, 0.4 * reach, size)
    x = np.broadcast_to(np.arange(size, dtype=np.float32), (size, size)) + shift[:, None].astype(np.float32)
    y = np.broadcast_to(np.arange(size, dtype=np.float32)[:, None], (size, size))
    if random.random() < 0.25:
        return cv2.remap(
            face,
            np.ascontiguousarray(y),
            np.ascontiguousarray(x),
            cv2.INTER_LINEAR,
            None,
            cv2.BORDER_REPLICATE,
        )
    return cv2.remap(face, x, np.ascontiguousarray(y), cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)


def lost_packets(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Blocks or strips that are grey, smeared, repeated from above or out of place."""
    made, size = face.copy(), len(face)
    block = max(2, round(_length(face, random.choice([4, 6, 8, 12]))))
    for _ in range(1 + int(random.uniform(0.3, 1) * strength * (size / block) ** 2 * 0.7)):
        high = block * int(random.integers(1, 3))
        wide = block * int(random.integers(1, 4)) if random.random() < 0.8 else size
        y, x = (int(random.integers(0, max(1, size - length + 1))) for length in (high, wide))
        _lose(made, random, slice(y, y + high), slice(x, x + wide))
    return made


def _lose(face: np.ndarray, random: Generator, rows: slice, cols: slice) -> None:
    part, kind = face[rows, cols], random.integers(5)
    if kind == 0:
        part[:] = random.integers(0, 256)
    elif kind == 1:
        part[:] = part.mean()
    elif kind == 2:
        part[:] = part[:1]
    else:
        y = random.integers(0, len(face) - part.shape[0] + 1)
        x = random.integers(0, len(face) - part.shape[1] + 1)
        part[:] = face[y : y + part.shape[0], x : x + part.shape[1]].copy()


def hazy(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Haze of a dirty lens or a window's glare: little contrast in few grey levels."""
    contrast = 0.5 * 0.1**strength
    size = face.shape[::-1]
    veil = cv2.resize(random.uniform(40, 240, (3, 3)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    return grey(contrast * face + (1 - contrast) * veil + random.normal(0, 1.5, face.shape))


def doubled(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Two moments in one picture."""
    reach = _length(face, 1 + 9 * strength)
    x, y = (reach * np.array([np.cos(angle := random.uniform(0, 2 * np.pi)), np.sin(angle)])).tolist()
    moved = cv2.warpAffine(
        face, np.array([[1, 0, x], [0, 1, y]]), face.shape[::-1], borderMode=cv2.BORDER_REPLICATE
    )
    share = random.uniform(0.3, 0.7)
    return grey(share * face + (1 - share) * moved)


def zoomed(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Radial or rotational blur, as by a nod or a moving camera."""
    turn = random.random() < 0.5
    reach = (0.5 if turn else 0.3) * strength + 0.03
    middle = (len(face) * random.uniform(0.3, 0.7), len(face) * random.uniform(0.3, 0.7))
    total = np.zeros(face.shape, np.float32)
    for part in np.linspace(-0.5, 0.5, 9):
        angle, scale = (np.degrees(reach * part), 1) if turn else (0, 1 + reach * part)
        way = cv2.getRotationMatrix2D(middle, angle, scale)
        total += cv2.warpAffine(face, way, face.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    return grey(total / 9)


def striped(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Moire, mains hum, or a screen filmed by a camera."""
    angle, period = random.uniform(0, np.pi), _length(face, random.uniform(1.5, 8))
    place = np.arange(len(face))
    phase = (place[None] * np.cos(angle) + place[:, None] * np.sin(angle)) * 2 * np.pi / period
    return grey(face + (10 + 90 * strength) * np.sin(phase + random.uniform(0, 6)))


def warped(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Local distortion, as through running water or bad glass."""
    cells = int(random.integers(4, 12))
    reach = _length(face, 0.6 + 5 * strength)
    bend = random.normal(0, reach, (2, cells, cells)).astype(np.float32)
    size = face.shape[::-1]
    place = np.arange(len(face), dtype=np.float32)
    x = place[None] + cv2.resize(bend[0], size, interpolation=cv2.INTER_CUBIC)
    y = place[:, None] + cv2.resize(bend[1], size, interpolation=cv2.INTER_CUBIC)
    return cv2.remap(face, x, y, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)


def glaring(face: np.ndarray, random: Generator, strength: float) -> np.ndarray:
    """Clipped light, all over or in one place."""
    if random.random() < 0.5:
        return grey(face * (1.3 + 5 * strength))
    size = len(face)
    spot, place = random.uniform(0, size, 2), np.arange(size)
    away = np.hypot(place[None] - spot[0], place[:, None] - spot[1]) / _length(face, 8 + 22 * strength)
    return grey(face + 300 * np.exp(-(away**2)))


HARMS: dict[str, Harm] = {
    harm.__name__: harm
    for harm in (
        gaussian, defocus, motion, mosaic, enlarged, jpeg, webp, median, smoothed, ringing, few_greys, grain,
        salt, dim, interlaced, rolling_shutter, lost_packets, hazy, doubled, zoomed, striped, warped, glaring,
    )
}  # fmt: skip
