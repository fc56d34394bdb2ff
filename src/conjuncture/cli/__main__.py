"""``python -m conjuncture.cli``: the same as the command ``conjuncture``."""

from conjuncture.cli import main

if __name__ == "__main__":
    main()
