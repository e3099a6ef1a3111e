"""``python -m tests.pictures OUT --scheme dark --size 1366x768`` (``QT_SCALE_FACTOR`` for 150 %)."""

import argparse
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.pictures import states
from tests.pictures.camera import CONTRAST, Camera


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures")
    parser.add_argument("out", type=Path)
    parser.add_argument("--scheme", default="light", choices=["light", "dark", CONTRAST])
    parser.add_argument("--size", default="1366x768")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    width, height = options.size.split("x")
    camera = Camera(options.out, options.scheme, (int(width), int(height)))
    camera.first_run()
    visit = camera.filled()
    camera.notes(visit)
    states.warnings(camera, visit)
    states.dialogs(camera, visit)
    states.concealed(camera, visit)
    camera.times()
    camera.backups()
    camera.policies()
    camera.paper(visit)
    camera.sealed()
    camera.complete(visit)
    states.under_way(camera)
    states.password(camera)
    camera.sent()
    camera.ways_back()


if __name__ == "__main__":
    main()
