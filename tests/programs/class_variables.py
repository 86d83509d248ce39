"""Variables of classes that count and collect what happens, beside what is differentiated."""
from programs.harness import Case


class Agent:
    count = 0
    made = []

    def __init__(self, w):
        Agent.count += 1
        self.number = Agent.count
        Agent.made.append(self.number)
        self.w = w

    def act(self, x):
        return self.w * x


def constructed(x, w):
    a, b = Agent(w), Agent(w * w)
    return a.act(x) * b.act(x)


def counted_in_a_loop(x, w):
    for _ in range(3):
        Agent.count += 1
        x = x * w
    return x * x


def counted_beside_an_argument(x, agent):
    Agent.count += 1
    return agent.act(x) * x


CASES = [
    Case(constructed, (1.1, 0.7), ("x", "w")),
    Case(constructed, (1.1, 0.7), ("w",)),
    Case(counted_in_a_loop, (1.1, 0.7), ("x", "w")),
    Case(counted_beside_an_argument, (1.1, Agent(0.3)), ("x",)),
]
