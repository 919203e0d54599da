"""Does anything that is committed hold a secret, or name a package registry? Then say where."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ANYWHERE = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a password in an address": r"\b[a-z][a-z0-9+]*://[^\s/:@'\"{}<>$]+:[^\s/@'\"{}<>$]+@[\w.-]+",
    "an access token": r"\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abpr]-[\w-]{10,}"
    r"|AKIA[0-9A-Z]{16}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,})",
    "a token of a session": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a secret written down": r"(?i)\b(secret_key|api_key|access_key|client_secret|smtp_password)\b\s*[=:]\s*"
    r"[\"'][^\"'{$<\s]{12,}[\"']",
    "the address of a package registry": r"(?i)\b(pypi|files\.pythonhosted|registry\.npmjs|registry\.yarnpkg"
    r"|deb\.debian)\.(org|com)\b",
}
IN_LOCKS = {
    re.compile(r"(^|/)requirements.*\.lock$"): {"an address in a lock": r"[a-z]+://"},
    re.compile(r"(^|/)package-lock\.json$"): {"an address in a lock": r"\"resolved\""},
}
SECRET_FILES = re.compile(r"(^|/)(secret_key|\.env|id_(rsa|ed25519)|.*\.(pem|p12|pfx|key))$")
HOLDS_THE_PATTERNS = {"tools/check_secrets.py", "tests/tools/test_check_secrets.py"}


def main() -> int:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    files = [name for name in names.split("\0") if name]
    found = [line for name in files for line in findings(name, ROOT / name)]
    if found:
        print("\n".join(found), file=sys.stderr)
        return 1
    print(f"{len(files)} files, no secret and no registry address")
    return 0


def findings(name: str, path: Path) -> Iterator[str]:
    """Each finding as `file:line: what`; the secret itself is not repeated."""
    if SECRET_FILES.search(name):
        yield f"{name}: a file that by its name holds a secret"
    if name in HOLDS_THE_PATTERNS or not path.is_file():
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return  # pictures and workbooks
    patterns = dict(ANYWHERE)
    for lock, more in IN_LOCKS.items():
        if lock.search(name):
            patterns |= more
    for number, line in enumerate(lines, 1):
        for what, pattern in patterns.items():
            if re.search(pattern, line):
                yield f"{name}:{number}: {what}"


if __name__ == "__main__":
    raise SystemExit(main())
