"""Find Chrome or Chromium, or install it where that is allowed.

As a script it prints the path of the browser, so that the tests can be started with `CHROMIUM=…`.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
MISSING = "No Chrome or Chromium found: install one (on Debian: sudo apt-get install chromium) or name it in $CHROMIUM."


def find() -> str | None:
    """Return the path of an installed browser: that in `$CHROMIUM`, else the first that is found."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*NAMES, *PLACES]
    return next((path for path in map(shutil.which, candidates) if path), None)


def install() -> None:
    """Install Chromium by apt, if this user may; what apt says goes to standard error."""
    prefix = _rights()
    if prefix is None or not shutil.which("apt-get"):
        return
    for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(
            [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *words], stdout=sys.stderr, check=False
        )


def _rights() -> list[str] | None:
    """Return the words to put before a command that needs root, or None if there is no way without a password."""
    if os.geteuid() == 0:
        return []
    asked = ["sudo", "--non-interactive"]
    if shutil.which("sudo") and subprocess.run([*asked, "true"], capture_output=True, check=False).returncode == 0:
        return asked
    return None


def main() -> None:
    """Print the path of the browser, installing one if need be; fail with a sentence if there is none."""
    if not find() and not os.environ.get("CHROMIUM"):
        install()
    sys.exit(MISSING) if (path := find()) is None else print(path)


if __name__ == "__main__":
    main()
