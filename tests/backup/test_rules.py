"""Archives say what they hold, and rows find their parents."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tracker.backup.rules import Kind, Manifest, TablePart, Unusable, line, parents_first, rows_of

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def test_a_manifest_is_read_as_it_was_written() -> None:
    part = TablePart("region", {"id": Kind.PLAIN, "at": Kind.MOMENT}, ["parent_id"], 3, "ab")
    manifest = Manifest(NOW, "0001", "sqlite", [part], {"cd": 7}, ["ef"])
    assert Manifest.read(manifest.written()) == manifest


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"format": 1}', b'{"format": 1, "made_at": "x", "tables": [1]}'])
def test_what_is_no_manifest_is_refused(text: bytes) -> None:
    with pytest.raises(Unusable):
        Manifest.read(text)


def test_a_later_format_is_refused() -> None:
    told = json.loads(Manifest(NOW, "0001", "sqlite").written()) | {"format": 2}
    with pytest.raises(Unusable, match="format"):
        Manifest.read(json.dumps(told).encode())


def test_values_come_back_as_their_columns_take_them() -> None:
    columns = {"id": Kind.PLAIN, "at": Kind.MOMENT, "text": Kind.PLAIN, "none": Kind.DATE}
    row = [1, NOW, 'baris\nkedua "kutip"', None]
    assert list(rows_of([line(row)], columns)) == [row]


def test_children_wait_for_their_parents() -> None:
    rows: list[list[Any]] = [[3, 2], [2, 1], [1, None], [4, 3]]
    order = [row[0] for row in parents_first(rows, 0, [1])]
    assert sorted(order) == [1, 2, 3, 4]
    assert all(order.index(parent) < order.index(key) for key, parent in rows if parent is not None)


def test_rows_without_their_parent_are_refused() -> None:
    with pytest.raises(Unusable):
        list(parents_first([[1, 2], [2, 1]], 0, [1]))
