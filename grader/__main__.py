"""The `grader` command: hands over to `cli`, or says what to install where its libraries are missing."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from grader import cli_grading  # noqa: F401  its commands join the others
        from grader.cli import app

        app()
    except ModuleNotFoundError as error:
        print(
            f"grader: {error.name} is not installed; run: pip install 'gradmark[cli]' to check notebooks, "
            "'gradmark[course]' to make and grade a course",
            file=sys.stderr,
        )
        sys.exit(2)


if __name__ == "__main__":
    main()
