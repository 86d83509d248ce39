"""Programs that evaluate programs: visitors, environments, parsers of text."""
import math
import operator
import re

from programs.harness import Case


class Num:
    def __init__(self, value):
        self.value = value


class Name:
    def __init__(self, id):
        self.id = id


class BinOp:
    def __init__(self, op, left, right):
        self.op, self.left, self.right = op, left, right


class Evaluator:
    """As `ast.NodeVisitor` finds its methods."""

    def __init__(self, names):
        self.names = names

    def visit(self, node):
        method = "visit_" + node.__class__.__name__
        visitor = getattr(self, method, self.unknown)
        return visitor(node)

    def unknown(self, node):
        raise TypeError(f"unexpected {node}")

    def visit_Num(self, node):
        return node.value

    def visit_Name(self, node):
        return self.names[node.id]

    def visit_BinOp(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        return left + right if node.op == "+" else left * right


class Leaves:
    def __init__(self, names):
        self.names = names

    def visit(self, node):
        method = getattr(self, f"visit_{type(node).__name__}")
        return method(node) * method(node)

    def visit_Num(self, node):
        return node.value

    def visit_Name(self, node):
        return self.names[node.id]


def visited(x, y):
    tree = BinOp("+", BinOp("*", Name("x"), Name("y")), BinOp("*", Num(3.0), Name("y")))
    return Evaluator({"x": x, "y": y}).visit(tree)


def visited_leaves(x, y):
    v = Leaves({"x": x})
    return v.visit(Name("x")) * v.visit(Num(y))


class Environment:
    """Names, and the environment around."""

    def __init__(self, parent=None):
        self.vars = {}
        self.parent = parent

    def get(self, name):
        if name in self.vars:
            return self.vars[name]
        return self.parent.get(name)

    def set(self, name, value):
        self.vars[name] = value


def environments(x, y):
    top = Environment()
    top.set("x", x)
    inner = Environment(top)
    inner.set("y", y * x)
    return inner.get("x") * inner.get("y")


def tokens_of(text):
    return re.findall(r"\d+\.?\d*|[a-z]+|[-+*/()]", text)


def atom(tokens, names):
    token = tokens.pop(0)
    if token == "(":
        value = expression(tokens, names)
        tokens.pop(0)
        return value
    return names[token] if token in names else float(token)


def expression(tokens, names):
    value = atom(tokens, names)
    while tokens and tokens[0] == "+":
        tokens.pop(0)
        value = value + atom(tokens, names)
    return value


def parsed(x):
    return expression(tokens_of("(x + 2.5) + x"), {"x": x * x})


def matched(x):
    m = re.match(r"(\w+)=(.*)", "a=2.5")
    total = x * float(m.group(2)) + len(m.group(1))
    for m in re.finditer(r"\w+", "x 2 x"):
        total = total * (x if m.group() == "x" else float(m.group()))
    return total


OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "neg": operator.neg, "sin": math.sin,
              "fma": lambda a, b, c: a + b * c, "squares": lambda *xs: sum(x * x for x in xs)}


def evaluated(e, names):
    if isinstance(e, tuple):
        operation = OPERATIONS[e[0]]
        return operation(*[evaluated(part, names) for part in e[1:]])
    return names[e] if isinstance(e, str) else e


def prefix(x, y):
    tree = ("+", ("*", "x", ("sin", "y")), ("fma", ("neg", "x"), 3.0, ("squares", "x", "y", 2.0)))
    return evaluated(tree, {"x": x, "y": y})


def postfix(tokens, names):
    stack = []
    for t in tokens:
        if t in OPERATIONS:
            given = [stack.pop() for _ in range(1 if t in ("neg", "sin") else 2)][::-1]
            stack.append(OPERATIONS[t](*given))
        else:
            stack.append(names[t])
    return stack[0]


class Node:
    def __init__(self, f, *children):
        self.f, self.children = f, children

    def eval(self, names):
        return self.f(*(child.eval(names) for child in self.children))


class Leaf:
    def __init__(self, name):
        self.name = name

    def eval(self, names):
        return names[self.name]


def graph(x, y):
    g = Node(operator.add, Node(operator.mul, Leaf("x"), Leaf("y")), Node(math.sin, Leaf("x")))
    return g.eval({"x": x, "y": y})


def of_each(fs, *args):
    return sum(f(*args) for f in fs)


def given_all(fs, xs):
    return of_each([operator.mul, math.hypot, lambda a, b: a ** b], *xs) + of_each(fs, *xs)


CASES = [
    Case(prefix, (0.7, 0.4), ("x", "y")),
    Case(postfix, (["x", "y", "*", "x", "sin", "+"], {"x": 0.4, "y": 0.7}), ("names",)),
    Case(graph, (0.7, 0.4), ("x", "y")),
    Case(given_all, ([math.atan2, operator.truediv], [0.4, 0.7]), ("xs",)),
    Case(visited, (0.7, 0.4), ("x", "y")),
    Case(visited_leaves, (0.7, 0.4), ("x", "y")),
    Case(environments, (0.7, 0.4), ("x", "y")),
    Case(parsed, (0.7,), ("x",)),
    Case(matched, (0.7,), ("x",)),
]
