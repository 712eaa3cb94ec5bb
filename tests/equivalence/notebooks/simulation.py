# %%
import random
from collections import Counter, deque
from dataclasses import dataclass, field
# %% step:world
random.seed(8)
clock = 0

@dataclass
class Customer:
    name: int
    arrived: int
    served: int | None = None

@dataclass
class Desk:
    queue: deque = field(default_factory=deque)
    done: list = field(default_factory=list)

    def serve(self):
        global clock
        if self.queue:
            c = self.queue.popleft()
            c.served = clock
            self.done.append(c)
        clock += 1

desks = [Desk() for _ in range(3)]
everyone = []
# %% step:arrivals
for i in range(12):
    c = Customer(i, clock)
    everyone.append(c)
    random.choice(desks).queue.append(c)
print([len(d.queue) for d in desks])
# %% step:serve
while any(d.queue for d in desks):
    for d in desks:
        d.serve()
print("clock", clock)
# %% step:report
waits = [c.served - c.arrived for c in everyone]
print(waits, Counter(len(d.done) for d in desks))
print(all(isinstance(c, Customer) for c in everyone), desks[0].done[0] is everyone[desks[0].done[0].name])
print(random.random())
