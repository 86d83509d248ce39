class Agent:
    count = 0

    def __init__(self, w):
        Agent.count += 1
        self.number = Agent.count  # error: is changed while it is used
        self.w = w


def f(x):
    for k in range(3):
        agent = Agent(x * k)
        x = x + agent.w * agent.number
    return x
