"""One line on a terminal that says how far a long check has come. Knows no check."""

import sys
import time

PATIENCE = 1.0  # seconds before anything is said
OFTEN = 0.2     # seconds between two lines


class Progress:
    """Says "gradcheck: 12 of 64 coordinates" on stderr, if that is a terminal and the check takes long."""

    def __init__(self, on: bool = True) -> None:
        self.on = on and sys.stderr.isatty()
        self.next = time.monotonic() + PATIENCE
        self.length = 0

    def tell(self, text: str) -> None:
        """Overwrite the line."""
        if self.on and time.monotonic() >= self.next:
            self.next = time.monotonic() + OFTEN
            line = f"gradcheck: {text}"
            sys.stderr.write("\r" + line.ljust(self.length))
            sys.stderr.flush()
            self.length = len(line)

    def done(self) -> None:
        """Wipe the line."""
        if self.length:
            sys.stderr.write("\r" + " " * self.length + "\r")
            sys.stderr.flush()
