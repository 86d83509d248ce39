"""Trees whose nodes are objects: methods that call themselves, keep results, and put nodes into the tree."""
from programs.harness import Case


class Tree:
    def __init__(self, value, children):
        self.value, self.children, self.total = value, children, 0.0

    def gather(self, k):
        t = self.value * k
        for c in self.children:
            t = t + c.gather(k) ** 2
        self.total = t
        return t


class Node:
    def __init__(self, key, weight):
        self.key, self.weight = key, weight
        self.left = None
        self.right = None
        self.count = 0

    def insert(self, key, weight):
        self.count += 1
        if key < self.key:
            if self.left is None:
                self.left = Node(key, weight)
            else:
                self.left.insert(key, weight)
        elif self.right is None:
            self.right = Node(key, weight)
        else:
            self.right.insert(key, weight)

    def total(self):
        s = self.weight ** 2
        if self.left is not None:
            s = s + 0.5 * self.left.total()
        if self.right is not None:
            s = s + 0.25 * self.right.total()
        return s


def kept_totals(root, k):
    return root.gather(k) + root.children[0].total


def tree_made_inside(ws):
    root = Node(5, ws[0])
    for key, w in zip([3, 8, 1, 4, 9], ws[1:]):
        root.insert(key, w)
    return root.total()


def inserted_into_the_argument(root, ws):
    for key, w in zip([3, 8, 1, 4, 9], ws):
        root.insert(key, w)
    return root.total()


CASES = [
    Case(kept_totals, (Tree(0.5, [Tree(0.2, []), Tree(0.3, [Tree(0.1, [])])]), 1.2), ("root", "k")),
    Case(tree_made_inside, ([0.1, 0.2, 0.3, 0.5, 0.7, 0.9],), ("ws",)),
    Case(inserted_into_the_argument, (Node(5, 0.3), [0.1, 0.2, 0.3, 0.5, 0.7]), ("root", "ws")),
]
