# %% [markdown]
# ## Inventory with sqlite and late changes
# %%
import sqlite3
import pandas as pd
DB = "shop.db"
# %% step:create
con = sqlite3.connect(DB)
con.execute("create table stock(sku text, qty int)")
con.executemany("insert into stock values (?, ?)", [("a", 5), ("b", 0), ("c", 9)])
con.commit()
con.close()
# %% step:read
def query(sql):
    with sqlite3.connect(DB) as c:
        return pd.read_sql(sql, c)

stock = query("select * from stock order by sku")
low = stock.query("qty < @limit") if "limit" in globals() else stock[stock.qty == 0]
print(low.sku.tolist())
# %% step:order
limit = 6
orders = {}
for row in stock.itertuples():
    if row.qty < limit:
        orders[row.sku] = limit - row.qty
with sqlite3.connect(DB) as c:
    for sku, n in orders.items():
        c.execute("update stock set qty = qty + ? where sku = ?", (n, sku))
# %% step:after
after = query("select sum(qty) as total from stock")
print(int(after.total[0]), orders, len(stock.query("qty < @limit")))
