"""An independent reader of export files, so that tests do not trust enks about its own files."""

import io
import zipfile

HEADER = b"EK Export v1    "


def _varint(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
        shift += 7


def fields(data):
    """Yields (field number, value) of a protobuf message; lengths as bytes, the rest as int."""
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        kind = tag & 7
        if kind == 0:
            value, position = _varint(data, position)
        elif kind == 1:
            value, position = int.from_bytes(data[position:position + 8], "little"), position + 8
        elif kind == 2:
            size, position = _varint(data, position)
            value, position = data[position:position + size], position + size
            assert len(value) == size, "a field ends after its message"
        else:
            raise AssertionError(f"unexpected wire type {kind}")
        yield tag >> 3, value


def read(zip_bytes):
    """The key data of the primary and of the revised keys, and the window, of one export file.

    `revised_types` says the report type of each revised key, as the number in the file.
    """
    with zipfile.ZipFile(io.BytesIO(zip_bytes)) as archive:
        assert archive.testzip() is None, "a broken entry"
        assert archive.namelist() == ["export.bin", "export.sig"], archive.namelist()
        content = archive.read("export.bin")
        signature = archive.read("export.sig")
    assert content.startswith(HEADER), content[:16]
    assert signature, "an unsigned file"
    result = {"keys": [], "revised": [], "revised_types": {}, "start": None, "end": None}
    for number, value in fields(content[len(HEADER):]):
        if number == 1:
            result["start"] = value
        if number == 2:
            result["end"] = value
        if number in (7, 8):
            values = dict(fields(value))
            result["keys" if number == 7 else "revised"].append(values[1])
            if number == 8:
                result["revised_types"][values[1]] = values.get(5)
    return result
