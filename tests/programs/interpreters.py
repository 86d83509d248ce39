"""Programs that evaluate programs: visitors, environments, parsers of text."""
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


CASES = [
    Case(visited, (0.7, 0.4), ("x", "y")),
    Case(visited_leaves, (0.7, 0.4), ("x", "y")),
    Case(environments, (0.7, 0.4), ("x", "y")),
    Case(parsed, (0.7,), ("x",)),
    Case(matched, (0.7,), ("x",)),
]
