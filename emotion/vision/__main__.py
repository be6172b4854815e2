"""python -m emotion.vision"""

from .command import main

if __name__ == "__main__":
    main()
