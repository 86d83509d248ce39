"""Objects and containers that are held in several places and changed in place; methods of objects in containers."""
from itertools import combinations

import numpy as np

from programs.harness import Case


class Body:
    def __init__(self, x, v, m):
        self.x, self.v, self.m = x, v, m

    def attract(self, other, k):
        d = self.x - other.x
        force = k * d / (d * d + 0.5) ** 1.5
        self.v -= force * other.m
        other.v += force * self.m

    def move(self, dt):
        self.x += dt * self.v

    def energy(self):
        return 0.5 * self.m * self.v ** 2


class Probe(Body):
    def move(self, dt):
        self.x += 2.0 * dt * self.v


def bodies_of(x, y):
    return [Body(x, y, 1.0), Body(y, x * y, 0.5), Body(-1.0, x, 0.25)]


def pairs_of_bodies(x, y):
    bodies = bodies_of(x, y)
    pairs = list(combinations(bodies, 2))
    for _ in range(3):
        for p, q in pairs:
            d = p.x - q.x
            force = d / (d * d + 0.5) ** 1.5
            p.v -= force * q.m
            q.v += force * p.m
        for b in bodies:
            b.x += 0.1 * b.v
    return sum(b.m * b.v ** 2 for b in bodies)


def pairs_of_lists(x, y):
    system = [([x, 0.2], [y, 0.1], 1.0), ([0.3, y], [x * y, 0.0], 0.5), ([-1.0, 0.5], [0.0, x], 0.25)]
    pairs = list(combinations(system, 2))
    for _ in range(3):
        for (([x1, y1], v1, m1), ([x2, y2], v2, m2)) in pairs:
            dx, dy = x1 - x2, y1 - y2
            mag = 0.1 * (dx * dx + dy * dy) ** -1.5
            v1[0] -= dx * m2 * mag
            v1[1] -= dy * m2 * mag
            v2[0] += dx * m1 * mag
            v2[1] += dy * m1 * mag
        for r, [vx, vy], m in system:
            r[0] += 0.1 * vx * m
            r[1] += 0.1 * vy
    return sum(m * (v[0] ** 2 + v[1] ** 2) for r, v, m in system)


def methods_of_elements(x, y):
    bodies = [*bodies_of(x, y), Probe(x, y, 0.1)]
    for _ in range(2):
        for p, q in combinations(bodies, 2):
            p.attract(q, 0.3)
        for b in bodies:
            b.move(0.1)
    return sum(b.energy() + b.x for b in bodies)


class System:
    def __init__(self, x, y):
        self.bodies = bodies_of(x, y)
        self.pairs = list(combinations(self.bodies, 2))
        self.by_name = {"first": self.bodies[0], "last": self.bodies[-1]}

    def step(self, dt):
        for p, q in self.pairs:
            p.attract(q, dt)
        for b in self.bodies:
            b.move(dt)

    def energy(self):
        return sum(b.energy() for b in self.bodies)


def system_with_indexes(x, y):
    system = System(x, y)
    for _ in range(3):
        system.step(0.1)
        system.by_name["first"].v *= y
    return system.energy() * system.by_name["last"].x


class Particle:
    def __init__(self, position):
        self.position, self.velocity, self.force = position, np.zeros(2), np.zeros(2)


class Spring:
    def __init__(self, a, b, k):
        self.a, self.b, self.k = a, b, k

    def apply(self):
        d = self.b.position - self.a.position
        f = self.k * (np.sqrt(np.sum(d * d)) - 0.8) * d
        self.a.force += f
        self.b.force -= f


def springs(k, dt):
    particles = [Particle(np.array([float(i), 0.1 * i * i])) for i in range(4)]
    network = [Spring(particles[i], particles[i + 1], k) for i in range(3)]
    for _ in range(3):
        for p in particles:
            p.force = np.zeros(2)
        for s in network:
            s.apply()
        for p in particles:
            p.velocity = p.velocity + dt * p.force
            p.position = p.position + dt * p.velocity
    return np.sum(particles[3].position * particles[1].position)


class Node:
    def __init__(self, value):
        self.value, self.next = value, None


def linked_list(x, y):
    head = Node(x)
    tail = head
    for k in range(1, 4):
        node = Node(y * k)
        tail.next = node
        tail = node
    node = head
    while node is not None:
        node.value = node.value ** 2 + x
        node = node.next
    total, node = 0.0, head
    while node is not None:
        total = total * y + node.value
        node = node.next
    return total


def edges_of_a_graph(x, y):
    nodes = [Node(x), Node(y), Node(2.0)]
    edges = [(nodes[0], nodes[1]), (nodes[1], nodes[2]), (nodes[2], nodes[0])]
    for _ in range(2):
        for a, b in edges:
            b.value += a.value * 0.5 * y
    return nodes[0].value * nodes[1].value


def some_of_all(x, y):
    nodes = [Node(x * k) for k in (1.0, 2.0, 3.0)]
    large = [n for n in nodes if n.value > 1.0]
    for n in large:
        n.value *= y
    for n in nodes:
        n.value += y
    return sum(n.value ** 2 for n in nodes)


class Bank:
    def __init__(self):
        self.accounts, self.by_name = [], {}

    def open(self, name, value):
        account = Node(value)
        self.accounts.append(account)
        self.by_name[name] = account

    def transfer(self, a, b, rate):
        amount = self.by_name[a].value * rate
        self.by_name[a].value -= amount
        self.by_name[b].value += amount * amount


def accounts_by_name(x, y):
    bank = Bank()
    bank.open("a", x)
    bank.open("b", y)
    for _ in range(3):
        bank.transfer("a", "b", 0.1 * y)
    return sum(a.value ** 2 for a in bank.accounts)


def kick(bodies, pairs, k):
    s = 0.0
    for b in bodies:
        s = s + b.v ** 2
    for p, q in pairs:
        p.v += q.x * s * k
        q.x += 0.1 * p.v
    return s


def arguments_that_share(x, y):
    bodies = bodies_of(x, y)
    pairs = [(a, b) for a, b in combinations(bodies, 2)]
    return kick(bodies, pairs, 0.5) + kick(bodies, pairs, y) + bodies[0].v


def chosen_pairs(items):
    return [(a, b) for a, b in combinations(items, 2)]


def pairs_from_a_function(x, y):
    rows = [[x, y], [y, 1.0], [0.5, x * y]]
    for p, q in chosen_pairs(rows):
        p[1] += q[0] * x
        q[0] += 0.1 * p[1]
    return sum(r[1] ** 2 * r[0] for r in rows)


def kick_by_index(bodies, pairs, k):
    for i, j in pairs:
        bodies[i].v += bodies[j].x * k


def bodies_that_a_function_changes(x, y):
    bodies = bodies_of(x, y)
    kick_by_index(bodies, [(0, 1), (1, 2), (2, 0)], y)
    kick_by_index(bodies, [(2, 1)], x)
    return sum(b.energy() for b in bodies)


CASES = [
    Case(pairs_of_bodies, (0.4, 0.7), ("x", "y"), smoke=True),
    Case(pairs_of_lists, (0.4, 0.7), ("x", "y")),
    Case(methods_of_elements, (0.4, 0.7), ("x", "y")),
    Case(system_with_indexes, (0.4, 0.7), ("x", "y")),
    Case(springs, (1.3, 0.2), ("k", "dt")),
    Case(linked_list, (0.4, 0.7), ("x", "y")),
    Case(edges_of_a_graph, (0.4, 0.7), ("x", "y")),
    Case(some_of_all, (0.4, 0.7), ("x", "y")),
    Case(accounts_by_name, (0.4, 0.7), ("x", "y")),
    Case(arguments_that_share, (0.4, 0.7), ("x", "y")),
    Case(pairs_from_a_function, (0.4, 0.7), ("x", "y")),
    Case(bodies_that_a_function_changes, (0.4, 0.7), ("x", "y")),
]
