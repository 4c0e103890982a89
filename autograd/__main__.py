"""The command line, `python -m autograd` or `glassgrad`: with no command it shows what the library does."""

import argparse
import sys

from autograd.commands import check, demo, step
from autograd.errors import AutogradError

#: Every command by name; what each must have is said in `autograd/commands/__init__.py`.
COMMANDS = {
    "demo": demo,
    "check": check,
    "step": step,
}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line, with a parser of its own for each command."""
    parser = argparse.ArgumentParser(prog="python -m autograd", description=__doc__)
    parser.set_defaults(command=demo, parser=parser)
    commands = parser.add_subparsers(title="commands", metavar="command")
    for name, command in COMMANDS.items():
        summary, _, details = (command.__doc__ or "").partition("\n")
        own = commands.add_parser(name, help=summary, description=summary, epilog=details.strip(),
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
        own.set_defaults(command=command, parser=own)
        command.add_arguments(own)
    return parser


def main() -> int:
    """Run the command that the command line names; return the exit code, 1 for an error that has been explained."""
    options = build_parser().parse_args()
    try:
        code: int = options.command.run(options)
    except (AutogradError, OSError) as error:
        print(f"{options.parser.prog}: {error}", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
