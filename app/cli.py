"""The `crossbench` command. Imports what a subcommand needs only when it is called."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and give its exit code; trouble is one sentence on standard error."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.run is None:
        parser.print_help()
        return 2
    return int(options.run(options) or 0)


def make_parser() -> argparse.ArgumentParser:
    """Subcommands with their options; each sets `run` to the function that does it."""
    parser = argparse.ArgumentParser(prog="crossbench", description=__doc__)
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, run, text in (
        ("run", _run, "start everything on this machine and keep it running"),
        ("serve", _serve, "answer requests"),
        ("worker", _work, "do the work that waits"),
    ):
        commands.add_parser(name, help=text).set_defaults(run=_with_settings(run))
    database = commands.add_parser("db", help="look after the database")
    actions = database.add_subparsers(metavar="ACTION", required=True)
    upgrade = actions.add_parser("upgrade", help="migrate to the newest revision")
    upgrade.set_defaults(run=_with_settings(_upgrade))
    framework = commands.add_parser("framework", help="look after the capability framework")
    actions = framework.add_subparsers(metavar="ACTION", required=True)
    load = actions.add_parser("load", help="load an edition of the framework")
    load.add_argument("file", metavar="FILE", nargs="?", help="a JSON file; else the bundled one")
    load.set_defaults(run=_with_servers("app.roles.console", "load"))
    diff = actions.add_parser("diff", help="show what a file of roles would change")
    diff.add_argument("file", metavar="FILE", help="the official CSV of roles, or a JSON file")
    diff.set_defaults(run=_with_servers("app.roles.console", "diff"))
    demo = commands.add_parser("demo", help="look after the demo region")
    actions = demo.add_subparsers(metavar="ACTION", required=True)
    for name, text in (
        ("load", "migrate, and load the demo region unless it is there"),
        ("reset", "forget all that was done and load the demo region anew"),
    ):
        action = actions.add_parser(name, help=text)
        action.set_defaults(run=_with_servers("app.demo.console", name))
    person = commands.add_parser("person", help="answer people who ask for their data")
    actions = person.add_subparsers(metavar="ACTION", required=True)
    export = actions.add_parser("export", help="write everything that is held of somebody")
    export.add_argument("email", metavar="EMAIL", help="their work or private address")
    export.add_argument("--out", metavar="FILE", required=True, help="the JSON file to write")
    export.set_defaults(run=_with_servers("app.profiles.console", "export"))
    erase = actions.add_parser("erase", help="erase somebody for good and say what stays")
    erase.add_argument("email", metavar="EMAIL", help="their work or private address")
    erase.set_defaults(run=_with_servers("app.profiles.console", "erase_person"))
    audit = commands.add_parser("audit", help="look after the record of who did what")
    actions = audit.add_subparsers(metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="find the first entry that is not as it was written")
    verify.add_argument(
        "--heads", metavar="FILE", nargs="+", default=[], help="signed heads to compare with"
    )
    verify.set_defaults(run=_with_servers("app.audit.console", "verify"))
    heads = actions.add_parser("heads", help="sign what all chains end with now")
    heads.add_argument("--out", metavar="FILE", help="where to write it; else it is printed")
    heads.set_defaults(run=_with_servers("app.audit.console", "heads"))
    if find_spec("app.costsharing.console") is not None:
        from app.costsharing import console  # type: ignore[attr-defined,unused-ignore]

        console.register(commands)
    return parser


def _with_settings(run: Any) -> Any:
    """Read the settings first; say in one sentence what is wrong with them or the machine."""

    def run_with_settings(_: argparse.Namespace) -> int:
        from app.core.config import Settings, SettingsError
        from app.local.folders import LocalError

        try:
            return int(run(Settings.from_environment()) or 0)
        except (SettingsError, LocalError) as error:
            print(error, file=sys.stderr)
            return 1

    return run_with_settings


def _with_servers(module: str, function: str) -> Any:
    """A subcommand that needs the database: `function(settings, options)` of a module, which is
    imported only when it is called.
    """

    def run_with_servers(options: argparse.Namespace) -> int:
        def run(settings: Any) -> int:
            from app.local.servers import servers

            with servers(settings) as filled:
                return int(getattr(import_module(module), function)(filled, options) or 0)

        return int(_with_settings(run)(options))

    return run_with_servers


def _run(settings: Any) -> None:
    from app.local.supervisor import run

    run(settings)


def _serve(settings: Any) -> None:
    from app.local.servers import servers
    from app.server import serve

    with servers(settings) as filled:
        serve(filled)


def _work(settings: Any) -> None:
    # Pages go first where the two share a processor.
    os.nice(5)
    from app.core.log import set_up_logging
    from app.local.servers import servers
    from app.worker import main as work

    set_up_logging()
    with servers(settings) as filled:
        work(filled)


def _upgrade(settings: Any) -> None:
    from app.core.migrate import upgrade
    from app.local.servers import servers
    from app.roles.console import load_bundled

    with servers(settings) as filled:
        upgrade(filled)
        load_bundled(filled)


if __name__ == "__main__":
    sys.exit(main())
