"""The animated view of a descent: browser modules, and the message that feeds them."""

from pathlib import Path

from lrviz.player.message import pack

ASSETS = Path(__file__).parent

__all__ = ["ASSETS", "pack"]
