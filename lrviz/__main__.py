"""`python -m lrviz` is the command `lrviz`."""

from lrviz.cli import main

main()
