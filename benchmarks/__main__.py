"""All tables of how fast workbooks are made, in one run: about ten minutes on two cores.

python benchmarks
"""

from __future__ import annotations

import course
import runs
import workbooks


def main() -> None:
    """Print what a workbook costs, what the course costs, and what one of many runs costs."""
    for table in (workbooks, course, runs):
        table.main()
        print(flush=True)


if __name__ == "__main__":
    main()
