"""Photos as phones make them."""

from datetime import datetime
from pathlib import Path

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

TAKEN = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - a camera knows no zone
TUAL = ((5.0, 38.0, 12.0), (132.0, 44.0, 40.0))


def with_location(path: Path, side: int = 1200) -> Path:
    """A JPEG that says when and where it was taken, small enough that the browser sends it as it is."""
    exif = Image.Exif()
    exif[Base.Make] = "Contoh"
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = TAKEN.strftime("%Y:%m:%d %H:%M:%S")
    south, east = TUAL
    exif.get_ifd(IFD.GPSInfo).update(
        {GPS.GPSLatitudeRef: "S", GPS.GPSLatitude: south, GPS.GPSLongitudeRef: "E", GPS.GPSLongitude: east}
    )
    Image.effect_noise((side, side * 3 // 4), 60).convert("RGB").save(path, "JPEG", quality=80, exif=exif)
    assert location_in(path.read_bytes())
    return path


def location_in(content: bytes) -> bool:
    from io import BytesIO

    return bool(Image.open(BytesIO(content)).getexif().get_ifd(IFD.GPSInfo))
