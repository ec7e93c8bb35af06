"""The command line: ``semsearch …`` or ``python -m semsearch …``.

Exit codes: 0 done, 1 failed (also when a build had to skip files), 2 asked for wrongly,
130 interrupted.
"""

from __future__ import annotations

import sys

from semsearch.errors import SemsearchError, UsageError


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    from semsearch.cli.commands import app

    try:
        app(args=arguments, prog_name="semsearch")
    except SemsearchError as error:
        sys.stderr.write(f"semsearch: {error}\n")
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        sys.stderr.write("semsearch: interrupted; what was complete by then is kept\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone: nothing is left to say
        sys.exit(0)


if __name__ == "__main__":
    main()
