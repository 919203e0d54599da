"""What is served as a static file is what was built, says where it comes from, and stays small."""

import gzip
import hashlib
import json
import re
from typing import Any

import brotli
import pytest

from tests.frontend.gallery import ROOT, STATIC

MANIFEST: dict[str, dict[str, Any]] = json.loads((STATIC / "manifest.json").read_text())
BUDGET = {"tuntas.css": 14_000, "tuntas.js": 4_000, "session.js": 2_000, "htmx.js": 13_000, "mark.svg": 500}


@pytest.mark.parametrize("name", MANIFEST)
def test_each_file_is_the_one_of_the_manifest(name: str) -> None:
    entry = MANIFEST[name]
    content = (STATIC / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["sha256"][:10] in entry["file"]
    assert entry["package"]
    assert entry["version"]
    assert entry["licence"]


@pytest.mark.parametrize("name", MANIFEST)
def test_the_compressed_copies_hold_the_same_bytes(name: str) -> None:
    path = STATIC / MANIFEST[name]["file"]
    content = path.read_bytes()
    assert brotli.decompress(path.with_name(path.name + ".br").read_bytes()) == content
    assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == content


def test_nothing_lies_beside_the_files_of_the_manifest() -> None:
    files = {entry["file"] for entry in MANIFEST.values()}
    expected = {"manifest.json"} | {file + ending for file in files for ending in ("", ".br", ".gz")}
    assert {path.name for path in STATIC.iterdir()} == expected


@pytest.mark.parametrize(("name", "limit"), BUDGET.items())
def test_each_file_keeps_its_budget_in_brotli(name: str, limit: int) -> None:
    assert (STATIC / (MANIFEST[name]["file"] + ".br")).stat().st_size <= limit


def test_the_style_sheet_asks_for_nothing_that_the_policy_forbids() -> None:
    style = (STATIC / MANIFEST["tuntas.css"]["file"]).read_text()
    assert not re.findall(r"url\(|@import|data:|https?:", style)


def test_what_was_taken_from_others_has_the_version_of_the_lock() -> None:
    lock = json.loads((ROOT / "tools" / "frontend" / "package-lock.json").read_text())
    assert MANIFEST["htmx.js"]["version"] == lock["packages"]["node_modules/htmx.org"]["version"]
    assert lock["packages"]["node_modules/bootstrap"]["version"] in MANIFEST["tuntas.css"]["contains"]


def test_the_lock_of_the_front_end_holds_no_addresses_of_a_registry() -> None:
    assert "resolved" not in (ROOT / "tools" / "frontend" / "package-lock.json").read_text()
