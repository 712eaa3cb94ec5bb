# %%
import csv, json, os
from pathlib import Path
OUT = Path("out")
# %% step:prepare
OUT.mkdir(exist_ok=True)
with open(OUT / "items.csv", "w", newline="") as fh:
    w = csv.writer(fh)
    w.writerow(["sku", "qty"])
    for i in range(5):
        w.writerow([f"s{i}", i * 3])
# %% step:convert
rows = list(csv.DictReader(open("out/items.csv")))
for r in rows:
    r["qty"] = int(r["qty"])
(OUT / "items.json").write_text(json.dumps(rows))
!ls out | sort
# %% step:append
data = json.loads((OUT / "items.json").read_text())
data.append({"sku": "s9", "qty": 1})
with (OUT / "items.json").open("w") as fh:
    json.dump(data, fh)
os.rename("out/items.csv", "out/old.csv")
# %% step:total
total = sum(r["qty"] for r in json.load(open(f"{OUT}/items.json")))
print(total, sorted(p.name for p in OUT.iterdir()), len(rows))
rates = dict(csv.reader(open("../shared/rates.csv")))
print(total * int(rates["s1"]))
with open("../shared/last.txt", "w") as fh:
    fh.write(str(total))
# %% step:above
print(open("../shared/last.txt").read(), sorted(os.listdir("../shared")))
# %% file:../shared/rates.csv
s1,3
s2,4
