"""Expressions whose value is known when the program is made, by the rules of the language.

The program prints `=got` and what it computes, then `=want` and what it should; the driver compares.
"""

import math

import model as m


class Panic(Exception):
    """The expression ends with this error."""


def wrap(t, value):
    """The value of an operation on an integer type."""
    low, high = m.limits(t)
    if t in m.SIGNED:
        if not low <= value <= high:
            raise Panic("Integer overflow")
        return value
    return value % (high + 1)


def quotient(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def arithmetic(t, operator, a, b):
    if operator in "/%" and b == 0:
        raise Panic("Division by zero")
    if t == m.F64:
        if operator == "/":
            return a / b
        if operator == "%":
            return math.nan if math.isinf(a) or a != a or b != b else math.fmod(a, b)
        return a + b if operator == "+" else a - b if operator == "-" else a * b
    if operator == "/":
        return wrap(t, quotient(a, b))
    if operator == "%":
        return a - quotient(a, b) * b
    return wrap(t, a + b if operator == "+" else a - b if operator == "-" else a * b)


def as_text(t, value):
    """`value as string`."""
    if t == m.BOOL:
        return "true" if value else "false"
    return "%g" % value if t == m.F64 else str(value)


def text_form(t, value):
    """What `print` shows."""
    if t != m.F64:
        return as_text(t, value)
    if value != value or math.isinf(value):
        return "%f" % value
    if value == 0:
        return "0"
    if abs(value) >= 0.0001:
        text = "%.17f" % value
        return text.rstrip("0").rstrip(".")
    mantissa, exponent = ("%.16e" % value).split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e-{abs(int(exponent)):02}"


def cast(source, target, value):
    if target == m.BOOL:
        return bool(value)
    if target == m.STRING:
        return as_text(source, value)
    if source == m.BOOL:
        return float(value) if target == m.F64 else int(value)
    if target == m.F64:
        return float(value)
    low, high = m.limits(target)
    if source == m.F64:
        if value != value or math.isinf(value) or not low <= math.trunc(value) <= high:
            raise Panic(f"f64 value out of {target.name} range")
        return math.trunc(value)
    if (source, target) in ((m.I32, m.U32), (m.U32, m.I32), (m.I64, m.I32)):
        value %= 1 << 32
        return value - (1 << 32) if value > high else value
    if low <= value <= high:
        return value
    if target == m.U64:
        raise Panic(f"Cannot convert negative {source.name} to u64")
    if target == m.U32 and source == m.I64:
        raise Panic(f"{source.name} value out of u32 range")
    raise Panic(f"{source.name} value too large for {target.name}")


class Known:
    """A variable of the program whose value is known."""

    def __init__(self, name, type_, value):
        self.name, self.type, self.value = name, type_, value


class Oracle:
    def known_values(self, level):
        known = []
        for t in m.NUMBERS + (m.BOOL, m.STRING) + (self.primitive(), self.primitive()):
            name = self.fresh("o")
            text, value = self.known_literal(t)
            self.emit(f"mut {name}: {t.name} = {text}")
            known.append(Known(name, t, value))
        for _ in range(self.number(2, 5)):
            self.known_line(known)

    def known_literal(self, t):
        if t == m.F64:
            text = self.float(True).text
            text = text.removesuffix("f64")
            return text, float(text)
        if t == m.BOOL:
            return self.pick([("true", True), ("false", False)])
        if t == m.STRING:
            text = self.pick(["", "a", "b", "zz", "Orus", "x y", "10"])
            return f'"{text}"', text
        value = int(self.integer(t, True).text.removesuffix(t.name).removesuffix("u"), 0)
        return str(value), value

    def known_line(self, known):
        t = self.primitive()
        # Evaluation follows the text, so the first panic met is the program's.
        self.emit("try:")
        with self.indented():
            try:
                text, value = self.known(t, known, 3)
                form = text_form(t, value)
            except Panic as panic:
                text, form = panic.text, f"Error: {panic}"
            self.emit(f'print("=got @", {text})')
        name = self.fresh("e")
        self.emit(f"catch {name}:")
        self.emit(f'    print("=got", {name})')
        self.emit(f'print("=want {form}")')

    def known(self, t, known, depth):
        """(text, value); a Panic raised carries the whole text all the same."""
        node = self.known_tree(t, known, depth)
        try:
            return node.text, node.value()
        except Panic as panic:
            panic.text = node.text
            raise

    def known_tree(self, t, known, depth):
        if depth == 0 or self.chance(0.15):
            v = self.pick([v for v in known if v.type == t])
            return Node(v.name, lambda: v.value)
        if self.chance(0.1):
            first, condition, second = (self.known_tree(k, known, depth - 1) for k in (t, m.BOOL, t))
            return Node(f"({first.text} if {condition.text} else {second.text})",
                        lambda: (first if condition.value() else second).value())
        if self.chance(0.12):
            inner = self.known_tree(t, known, depth - 1)
            return Node(self.detour(inner.text, t), inner.value)
        if t == m.STRING and self.chance(0.5):
            a, b = self.known_tree(t, known, depth - 1), self.known_tree(t, known, depth - 1)
            return Node(f"({a.text} + {b.text})", lambda: a.value() + b.value())
        if t == m.BOOL and self.chance(0.8):
            return self.known_truth(known, depth)
        if t in m.NUMBERS and self.chance(0.65):
            return self.known_arithmetic(t, known, depth)
        source = self.pick([s for s in m.NUMBERS + (m.BOOL,) if s != t])
        inner = self.known_tree(source, known, depth - 1)
        return Node(f"({inner.text} as {t.name})", lambda: cast(source, t, inner.value()))

    def detour(self, text, t):
        """The same value by another way."""
        ways = [f"[{text},][0]", f"(fn() -> {t.name}: {text})()",
                f"({self.reference('boxed', 0)}({text}) as {t.name})"]
        if any(f.name == "same" for f in self.functions):
            ways.append(f"{self.reference('same', 0)}({text})")
        return self.pick(ways)

    def known_arithmetic(self, t, known, depth):
        a = self.known_tree(t, known, depth - 1)
        if t not in (m.U32, m.U64) and self.chance(0.1):
            return Node(f"(-{a.text})", lambda: -a.value() if t == m.F64 else wrap(t, -a.value()))
        b = self.known_tree(t, known, depth - 1)
        if t in m.INTEGERS and self.chance(0.15):
            word = self.pick(["and", "or"])
            return Node(f"({a.text} {word} {b.text})", lambda: bits(t, word, a.value(), b.value()))
        operator = self.pick("+-+-*/%")
        return Node(f"({a.text} {operator} {b.text})",
                    lambda: arithmetic(t, operator, a.value(), b.value()))

    def known_truth(self, known, depth):
        if self.chance(0.3):
            a, b = (self.known_tree(m.BOOL, known, depth - 1) for _ in range(2))
            if self.chance(0.5):
                return Node(f"({a.text} and {b.text})", lambda: a.value() and b.value())
            return Node(f"({a.text} or {b.text})", lambda: a.value() or b.value())
        t = self.primitive()
        a, b = (self.known_tree(t, known, depth - 1) for _ in range(2))
        operator = self.pick(["==", "!="] if t == m.BOOL else ["==", "!=", "<", "<=", ">", ">="])
        return Node(f"({a.text} {operator} {b.text})",
                    lambda: compare(operator, a.value(), b.value()))


class Node:
    def __init__(self, text, value):
        self.text, self.value = text, value


def bits(t, word, a, b):
    return a & b if word == "and" else a | b


def compare(operator, a, b):
    if isinstance(a, str):
        a, b = a.encode(), b.encode()
    return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b,
            ">=": a >= b}[operator]
