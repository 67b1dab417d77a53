"""Build a thousand drawn documents in both formats: python -m tests.hostile._thousand [how many]

Prints in how many of them each accepted construct is, and how many are built and say the same in both formats.
"""

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.hostile import Dice, Outcome, Verdict, draw
from tests.hostile.markdown import ACCEPTED, accepted, draw_case


def build(seed: int) -> tuple[set[str], Outcome]:
    return draw_case(Dice(f"accepted:{seed}"))[2], draw("accepted", accepted, seed)


def main(how_many: int) -> int:
    drawn, equal = Counter[str](), 0
    with ProcessPoolExecutor() as pool:
        for seed, (used, outcome) in enumerate(pool.map(build, range(how_many))):
            drawn.update(used)
            equal += outcome.verdict is Verdict.RIGHT
            if outcome.verdict is not Verdict.RIGHT:
                print(f"✗ {seed}\n{outcome.detail}", flush=True)
    for name in sorted(ACCEPTED, key=drawn.__getitem__):
        print(f"{drawn[name]:5} {name}")
    print(f"{equal} of {how_many} equal")
    return 0 if equal == how_many else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1000))
