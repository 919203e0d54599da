"""An installation starts only with settings that are safe, and says which one is not."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import Config, Misconfigured
from tests.support.keys import VAULT_KEY

GOOD = "v3ry-l0ng-and-random-secret-of-this-installation"


@pytest.mark.parametrize("secret", ["", "short", "changeme", "secret"], ids=["missing", "short", "default", "known"])
def test_production_refuses_a_missing_or_default_secret_and_names_it(tmp_path: Path, secret: str) -> None:
    env = {"TRACKER_ENV": "production", "TRACKER_DATA": str(tmp_path), "TRACKER_SECRET_KEY": secret}
    with pytest.raises(Misconfigured, match="TRACKER_SECRET_KEY"):
        Config.from_env(env)


def test_production_starts_with_a_secret_of_its_own_and_secure_cookies(tmp_path: Path) -> None:
    env = {"TRACKER_ENV": "production", "TRACKER_DATA": str(tmp_path), "TRACKER_SECRET_KEY": GOOD}
    config = Config.from_env(env | {"TRACKER_VAULT_KEYS": VAULT_KEY})
    assert config.for_flask()["SESSION_COOKIE_SECURE"] is True
    assert not (tmp_path / "secret_key").exists()
    with pytest.raises(Misconfigured, match="TRACKER_VAULT_KEYS"):
        Config.from_env(env)
    with pytest.raises(Misconfigured, match="TRACKER_VAULT_KEYS"):
        Config.from_env(env | {"TRACKER_VAULT_KEYS": f"{VAULT_KEY},pendek"})


def test_the_data_folder_is_made_also_where_no_secret_is_and_for_its_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "srv" / "tuntas"
    given = {"TRACKER_ENV": "production", "TRACKER_SECRET_KEY": GOOD, "TRACKER_VAULT_KEYS": VAULT_KEY}
    Config.from_env({"TRACKER_DATA": str(data), **given})
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="TRACKER_DATA"):
        Config.from_env({"TRACKER_DATA": str(tmp_path / "file" / "below"), **given})


def test_development_makes_its_vault_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first, second = (Config.from_env({"TRACKER_DATA": str(tmp_path)}).vault_keys for _ in range(2))
    assert first == second
    assert len(first) == 1
    assert stat.S_IMODE((tmp_path / "vault_keys").stat().st_mode) == 0o600


def test_development_makes_its_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first, second = (Config.from_env({"TRACKER_DATA": str(tmp_path)}).secret_key for _ in range(2))
    assert first == second
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(("name", "value"), [("PORT", "delapan ribu"), ("TRACKER_ENV", "prod")])
def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        Config.from_env({"TRACKER_DATA": str(tmp_path), name: value})


def test_the_program_says_in_one_line_why_it_does_not_start(tmp_path: Path) -> None:
    env = {"TRACKER_ENV": "production", "TRACKER_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", "import wsgi"], cwd=root, env=env, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stderr.strip() == "tuntas: TRACKER_SECRET_KEY is missing"
