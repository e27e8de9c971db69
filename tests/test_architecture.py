"""The rules of the layout that import-linter cannot see."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from app.audit import words
from app.core.config import ROOT

APP = ROOT / "app"
PURE = (
    "core/addresses.py",
    "core/accept.py",
    "core/errors.py",
    "core/lifecycle.py",
    "core/paths.py",
    "core/permissions.py",
    "core/text.py",
    "core/words.py",
    "audit/domain.py",
    "cofunding/fitting/joining.py",
    "cofunding/fitting/sums.py",
    "cofunding/vat.py",
    "documents/model.py",
    "organisations/email_domains.py",
    "organisations/registers.py",
    "organisations/joining/terms.py",
    "matching/gaps/picture.py",
    "profiles/importing/csv_file.py",
    "profiles/importing/plan.py",
    "roles/importing/comparison.py",
    "roles/matrix.py",
    "roles/importing/official_csv.py",
    "roles/importing/proposal.py",
    *(path.relative_to(APP).as_posix() for path in sorted(APP.glob("**/domain.py"))),
    *(path.relative_to(APP).as_posix() for path in sorted(APP.glob("**/audit_words.py"))),
    *(path.relative_to(APP).as_posix() for path in sorted(APP.glob("costsharing/engine/*.py"))),
    *(path.relative_to(APP).as_posix() for path in sorted(APP.glob("*/wording*.py"))),
    *(path.relative_to(APP).as_posix() for path in sorted(APP.glob("costsharing/clauses/*.py"))),
)
NOT_PURE = {
    "alembic", "arq", "asyncio", "asyncpg", "httpx", "io", "jinja2", "litestar", "os", "pathlib",
    "pydantic", "random", "redis", "shutil", "socket", "sqlalchemy", "subprocess", "tempfile",
    "threading", "time", "urllib",
}  # fmt: skip
FILE_LIMIT = 600
FUNCTION_LIMIT = 60


def sources() -> list[Path]:
    return sorted(APP.rglob("*.py"))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def calls_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_touch_nothing_outside(name: str) -> None:
    tree = tree_of(APP / name)
    assert not {module.partition(".")[0] for module in imports_of(tree)} & NOT_PURE
    assert not {"open", "print", "input", "eval", "exec"} & set(calls_of(tree))
    assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(tree))
    clocks = {"today", "now", "utcnow"}
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & clocks
    assert not asked, "the date is an argument"


def test_the_engine_uses_the_standard_library_only() -> None:
    for path in APP.glob("costsharing/engine/*.py"):
        for module in imports_of(tree_of(path)):
            is_own = module.startswith("app.costsharing.engine")
            assert is_own or module.partition(".")[0] in sys.stdlib_module_names, (path, module)


def is_of_queries(path: Path) -> bool:
    """A feature's queries are one file, or a folder of that name where one grows too long."""
    return path.name == "queries.py" or path.parent.name == "queries"


def test_select_stands_in_queries_only() -> None:
    outside = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if "select" in set(calls_of(tree_of(path)))
        and not is_of_queries(path)
        and path.relative_to(APP).parts[0] != "core"
    ]
    assert outside == []


def test_pages_go_on_by_see_other() -> None:
    """An answer of `core.form_pages.see_other` is remembered for the one-time key of its form."""
    outside = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if "Redirect" in set(calls_of(tree_of(path))) and path.relative_to(APP).parts[0] != "core"
    ]
    assert outside == []


def test_nothing_is_pickled() -> None:
    bad = {"pickle", "marshal", "shelve", "dill"}
    for path in sources():
        assert not {m.partition(".")[0] for m in imports_of(tree_of(path))} & bad, path


def test_every_module_says_its_purpose() -> None:
    silent = [
        p.relative_to(ROOT).as_posix() for p in sources() if not ast.get_docstring(tree_of(p))
    ]
    assert silent == []


def test_no_file_grows_too_long() -> None:
    long = {
        p.relative_to(ROOT).as_posix(): len(p.read_text("utf-8").splitlines()) for p in sources()
    }
    assert {name: lines for name, lines in long.items() if lines > FILE_LIMIT} == {}


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the name to the end, the docstring aside."""
    end = function.end_lineno or function.lineno
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    words = (first.end_lineno or first.lineno) - first.lineno + 1 if is_docstring else 0
    return end - function.lineno + 1 - words


def test_functions_stay_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": lines_of(node)
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and lines_of(node) > FUNCTION_LIMIT
    }
    assert long == {}


def test_the_project_stands_alone() -> None:
    """No address of a registry in a lock file, and nothing that points out of the checkout."""
    for name in ("requirements.lock", "requirements-uv.lock", "package-lock.json"):
        assert "://" not in (ROOT / name).read_text("utf-8"), name


ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,2}")


def actions_recorded() -> set[str]:
    """The actions that code hands to the record: texts of that form in calls named for it."""
    found = set()
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            if "record" not in name and name != "_tell_chains":
                continue
            texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
            found |= {one for one in texts if isinstance(one, str) and ACTION.fullmatch(one)}
    return found


def test_every_action_of_the_record_has_a_sentence() -> None:
    """Administrators read the record in words: see `audit_words.py` of each feature.

    Actions whose names are put together are found when a test records one: see `conftest.py`.
    """
    import_module("app.main")
    recorded, said = actions_recorded(), words.actions()
    assert recorded - said == set(), "actions without a sentence in their feature's audit_words.py"
