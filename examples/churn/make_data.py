"""Makes `customers.csv` and `usage.csv`, the invented telephone company of `churn.ipynb`. Standard library only.

The same numbers come out each time. Some ages are missing, some plans are misspelt and some customers are listed
twice, as it is in real exports.
"""

import csv
import math
import random
from pathlib import Path

CUSTOMERS = 1200
MONTHS = ("2026-01", "2026-02", "2026-03")
PLANS = {"basic": 19.0, "family": 39.0, "premium": 59.0}
HERE = Path(__file__).parent


def customer(number: int, rng: random.Random) -> dict[str, object]:
    """One customer, with the habits that make people leave hidden in the columns."""
    plan = rng.choices(list(PLANS), weights=(5, 3, 2))[0]
    tenure = int(min(96, rng.expovariate(1 / 26)))
    calls = min(9, int(rng.expovariate(1 / 1.1)))
    age = rng.randint(18, 84)
    minutes = max(5.0, rng.gauss({"basic": 180, "family": 420, "premium": 520}[plan], 110))
    fee = PLANS[plan] + rng.choice((0, 0, 0, 4, 9))
    urge = -0.6 - 0.035 * tenure + 0.55 * calls + 0.02 * fee - 0.0022 * minutes
    churned = rng.random() < 1 / (1 + math.exp(-urge))
    return {
        "customer_id": f"C{number:05d}",
        "age": "" if rng.random() < 0.06 else age,
        "plan": plan.upper() if rng.random() < 0.04 else plan,
        "tenure_months": tenure,
        "monthly_fee": f"{fee:.2f}",
        "support_calls": calls,
        "churned": int(churned),
        "minutes": minutes,
    }


def usage(row: dict[str, object], rng: random.Random) -> list[dict[str, object]]:
    """Minutes of three months; who is about to leave often calls less each month."""
    trend = rng.gauss(0.86 if row["churned"] else 0.98, 0.12)
    base = float(str(row["minutes"]))
    return [
        {
            "customer_id": row["customer_id"],
            "month": month,
            "minutes": round(max(0.0, base * trend**place * rng.uniform(0.7, 1.3)), 1),
        }
        for place, month in enumerate(MONTHS)
    ]


def write(path: Path, rows: list[dict[str, object]]) -> None:
    """Write rows as CSV."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write both files beside this script."""
    rng = random.Random(2026)
    people = [customer(number, rng) for number in range(1, CUSTOMERS + 1)]
    calls = [line for row in people for line in usage(row, rng)]
    for row in people:
        del row["minutes"]
    people += rng.sample(people, 15)
    write(HERE / "customers.csv", people)
    write(HERE / "usage.csv", calls)


if __name__ == "__main__":
    main()
