# %%
import re, string
from collections import Counter
STOP = {"the", "a", "of", "and"}
# %% step:read
docs = """The quick brown fox jumps over the lazy dog.
A fox and a dog: friends of the forest!
The forest of foxes.""".splitlines()
# %% step:tokens
def tokens(text):
    text = text.lower().translate(str.maketrans("", "", string.punctuation))
    return [w for w in text.split() if w not in STOP]

index = {}
for n, d in enumerate(docs):
    for w in tokens(d):
        index.setdefault(w, set()).add(n)
# %% step:stop
STOP |= {"over"}
STOP.add("friends")
# %% step:count
freq = Counter(w for d in docs for w in tokens(d))
freq.most_common(3)
# %% step:search
def search(q):
    hits = [index.get(w, set()) for w in tokens(q)]
    return sorted(set.intersection(*hits)) if hits else []

print(search("fox"), search("the forest"), search("over"), sorted(STOP))
