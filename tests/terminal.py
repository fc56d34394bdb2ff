"""A command in a terminal in which somebody presses Ctrl-C.

A terminal of its own needs a fork, which a process that runs JAX must not do; so this module is
run as a program.
"""

import json
import re
import subprocess
import sys

LIMIT = 300
UNDER_WAY = r"[1-9]\d*/\d+ *.{0,20}blocks"


def interrupt_command(line: str, width: int = 80) -> tuple[int, str]:
    """Press Ctrl-C when histories are under way; return the exit code and what was shown then.

    Parameters
    ----------
    line : str
        What comes after ``conjuncture``, as one types it into a shell.
    width : int
        Columns of the terminal.
    """
    ended = subprocess.run(
        [sys.executable, __file__, line, str(width)], capture_output=True, text=True, check=True
    )
    code, shown = json.loads(ended.stdout)
    return code, shown


def main(line: str, width: str) -> None:
    """Do it, and print the exit code and what was shown as JSON."""
    import pexpect

    command = f"exec '{sys.executable}' -m conjuncture.cli {line}"
    child = pexpect.spawn(
        "/bin/sh", ["-c", command], dimensions=(60, int(width)), timeout=LIMIT, encoding="utf-8"
    )
    child.expect(UNDER_WAY)
    child.sendcontrol("c")
    child.expect(pexpect.EOF)
    child.close()
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", child.before).replace("\r\n", "\n")
    print(json.dumps([child.exitstatus, plain]))


if __name__ == "__main__":
    main(*sys.argv[1:])
