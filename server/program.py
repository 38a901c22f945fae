"""The `sightline` program: what is installed under that name."""

from server.loading import loading


def main() -> None:
    """Load the commands, and run the one that was asked for."""
    with loading():
        from server import cli
    cli.main()
