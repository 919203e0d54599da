"""The check for secrets finds what it is there for, and nothing else."""

from pathlib import Path

import pytest

from tools.check_secrets import findings


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.txt", "-----BEGIN RSA PRIVATE KEY-----"),
        ("a.py", 'url = "postgresql://tuntas:hunter22@db.example.go.id/tuntas"'),
        ("a.py", 'SECRET_KEY = "k3kf94jf93jf93jf9"'),
        ("a.md", "token ghp_0123456789abcdefghijklmnopqrstuvwxyz"),
        ("requirements.lock", "--index-url https://example.org/simple"),
        ("tools/frontend/package-lock.json", '"resolved": "https://example.org/x.tgz"'),
        ("README.md", "pip install -i https://pypi.org/simple tuntas"),
    ],
)
def test_a_secret_or_a_registry_is_found_with_its_line(tmp_path: Path, name: str, line: str) -> None:
    path = tmp_path / "file"
    path.write_text(f"first\n{line}\n")
    assert [found.rpartition(":")[0] for found in findings(name, path)] == [f"{name}:2"]


def test_the_finding_does_not_repeat_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text('API_KEY = "k3kf94jf93jf93jf9"')
    assert "k3kf" not in "".join(findings("a.py", path))


@pytest.mark.parametrize(
    "line",
    [
        'url = "postgresql+psycopg://postgres@/postgres?host=/tmp"',
        'environment["TRACKER_SECRET_KEY"] = secrets.token_hex(32)',
        'url = f"postgresql://{user}:{password}@{host}/tuntas"',
        '"url": "https://opencollective.com/parcel"',
    ],
)
def test_an_address_or_a_setting_without_a_secret_is_let_through(tmp_path: Path, line: str) -> None:
    path = tmp_path / "file"
    path.write_text(line)
    assert list(findings("tools/frontend/package-lock.json", path)) == []


def test_a_key_file_is_found_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("abc")
    assert list(findings(".data/secret_key", path)) == [".data/secret_key: a file that by its name holds a secret"]
