"""Generic functions: their declarations and how to call them for a wanted result."""

import model as m

# (name, parameters and body, cost, maker of the arguments for a result type or None)


def _same(g, t):
    return None if t == m.Array(m.ANY) else [t]


def _choose(g, t):
    return None if t == m.ANY or t == m.Array(m.ANY) or isinstance(t, m.Function) else [t, t, m.BOOL]


def _last(g, t):
    found = g.find_place(m.Array(t))
    return found and [found[0]]


def _repeat(g, t):
    if not isinstance(t, m.Array) or t.element == m.ANY or isinstance(t.element, m.Function):
        return None
    return [t.element, str(g.number(0, 4))]


def _map(g, t):
    if not isinstance(t, m.Array) or t.element not in m.PRIMITIVES:
        return None
    source = g.primitive()
    return [m.Array(source), g.function_expression(m.Function((source,), t.element), 2).text]


def _filter(g, t):
    if not isinstance(t, m.Array) or t.element not in m.PRIMITIVES:
        return None
    return [t, g.function_expression(m.Function((t.element,), m.BOOL), 2).text]


def _fold(g, t):
    if t not in m.PRIMITIVES:
        return None
    source = g.primitive()
    return [m.Array(source), t, g.function_expression(m.Function((t, source), t), 2).text]


def _greatest(g, t):
    return [t, t] if t in m.NUMBERS + (m.STRING,) else None


def _sum(g, t):
    return [m.Array(t)] if t in m.NUMBERS else None


def _count(g, t):
    if t != m.I32:
        return None
    element = g.pick([m.I32, m.STRING, m.U64, m.F64, m.BOOL])
    return [m.Array(element), element]


def _kind(g, t):
    return [g.some_type(1, False)] if t == m.STRING else None


def _field(g, t):
    fitting = [s for s in g.structs if s.fields[0].type == t]
    return [m.Named(g.pick(fitting))] if fitting else None


def _twice(g, t):
    return [g.function_expression(m.Function((t,), t), 2).text, t] if t in m.PRIMITIVES else None


GENERICS = [
    ("same", "(x): x", 1, _same),
    ("choose", "(a, b, first):\n    if first: return a\n    return b", 1, _choose),
    ("last", "(xs): xs[len(xs) - 1]", 1, _last),
    ("repeat", "(x, n: i32):\n    mut out = []\n    for i in 0..n: push(out, x)\n    return out",
     6, _repeat),
    ("mapped", "(xs, f):\n    mut out = []\n    for x in xs:\n        push(out, f(x))\n    return out",
     150, _map),
    ("filtered", "(xs, f):\n    mut out = xs[len(xs)..]\n    for x in xs:\n"
     "        if f(x): push(out, x)\n    return out", 150, _filter),
    ("folded", "(xs, start, f):\n    mut total = start\n    for i in 0..len(xs):\n"
     "        total = f(total, xs[i])\n    return total", 150, _fold),
    ("greatest", "(a, b):\n    return a if a > b else b", 1, _greatest),
    ("total", "(xs):\n    mut sum = xs[0]\n    mut i = 1\n    while i < len(xs):\n"
     "        sum += xs[i]\n        i += 1\n    return sum", 10, _sum),
    ("count", "(xs, y):\n    mut n = 0\n    for x in xs:\n        if x == y: n += 1\n    return n",
     10, _count),
    ("kind", "(x): typeof(x)", 1, _kind),
    ("field", "(x): x.h0", 1, _field),
    ("twice", "(f, x):\n    return f(f(x))", 60, _twice),
]


class Generics:
    def generic_functions(self):
        for name, text, cost, maker in GENERICS:
            if self.chance(0.3):
                continue
            lines = text.split("\n")
            self.emit(f"{self.public()}fn {name}{lines[0]}")
            for line in lines[1:]:
                self.emit(line)
            self.functions.append(m.Callable(name, [], None, cost, self.module, generic=maker))
