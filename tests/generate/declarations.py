"""Structs, enums, constants, module variables, functions and methods."""

import model as m
from context import Scope

FUNCTION_COST = 250


class Declarations:
    def public(self):
        """Declarations of every module but the main one are there to be used by others."""
        return "" if self.main else "pub "

    def enum_declaration(self):
        parameters = self.weighted([(3, 0), (2, 1), (1, 2)])
        name = self.fresh("E")
        variants = []
        large = self.chance(0.04)
        for number in range(self.number(20, 70) if large else self.number(1, 4)):
            types = []
            if number == 0:
                types = [m.Parameter(p) for p in range(parameters)]
            elif self.chance(0.6):
                types = [self.pick([m.Parameter(p) for p in range(parameters)] * 2 +
                                   [self.primitive(), m.Array(self.primitive()), m.ANY])
                         for _ in range(12 if large and self.chance(0.1) else self.number(1, 3))]
            variants.append((f"V{number}", types))
        self.write_enum(m.EnumDeclaration(name, self.module, parameters, variants))

    def recursive_enum(self):
        declaration = m.EnumDeclaration(self.fresh("E"), self.module, 0, [], True)
        this = m.Named(declaration)
        declaration.variants = [("Leaf", [self.primitive()] if self.chance(0.6) else []),
                                ("Node", [self.primitive(), this] + [this] * self.number(0, 1)),
                                ("Other", [m.I32])][:self.number(2, 3)]
        self.write_enum(declaration)
        # A function that goes through its values.
        name, result = self.fresh("f"), self.pick([m.I64, m.STRING, m.F64, m.U32])
        self.emit(f"{self.public()}fn {name}(t: {declaration.name}) -> {self.type_text(result)}:")
        with self.indented():
            self.emit("match t:")
            with self.indented():
                for variant, payload in declaration.variants:
                    names = [self.fresh("b") for _ in payload]
                    text = f"({', '.join(names)})" if names else ""
                    parts = [f"{name}({b})" for b, p in zip(names, payload) if p == this]
                    self.scopes.append(Scope("function"))
                    for b, p in zip(names, payload):
                        if p != this:
                            self.declare(m.Variable(b, p))
                    with self.function(5, None):
                        parts.append(self.text(result, 1, True, m.MULTIPLY))
                    self.scopes.pop()
                    self.random.shuffle(parts)
                    self.emit(f"{declaration.name}.{variant}{text} -> return {' + '.join(parts)}")
        self.functions.append(m.Callable(name, [this], result, 10, self.module))

    def write_enum(self, declaration):
        letters = "TU"[:declaration.parameters]
        head = f"[{', '.join(letters)}]" if letters else ""
        self.emit(f"{self.public()}enum {declaration.name}{head}:")
        with self.indented():
            for name, types in declaration.variants:
                texts = [("x%d: " % n if self.chance(0.3) else "") +
                         (letters[t.number] if isinstance(t, m.Parameter) else self.type_text(t))
                         for n, t in enumerate(types)]
                self.emit(name + (f"({', '.join(texts)})" if texts else ""))
        self.enums.append(declaration)

    def struct_declaration(self):
        fields = []
        total = 0
        for number in range(self.number(20, 80) if self.chance(0.03) else self.number(1, 5)):
            t = self.some_type(1)
            if m.is_recursive(t) or total + m.weight(t) > 30:
                t = self.primitive()
            total += m.weight(t)
            self.calm = self.chance(0.97)
            default = self.text(t, 0 if self.calm else 1, True) if self.chance(0.4) else None
            self.calm = False
            fields.append(m.Field(f"h{number}", t, default, isinstance(t, m.Array)))
        declaration = m.StructDeclaration(self.fresh("S"), self.module, fields)
        self.emit(f"{self.public()}struct {declaration.name}:")
        with self.indented():
            for f in fields:
                default = f" = {f.default}" if f.default is not None else ""
                self.emit(f"{f.name}: {self.type_text(f.type)}{default}")
        self.structs.append(declaration)

    def methods(self, declaration):
        this = m.Named(declaration)
        self.emit(f"{self.public()}impl {declaration.name}:")
        made = []
        with self.indented():
            for _ in range(self.number(1, 3)):
                f = self.function_declaration(method=this)
                made.append(f)
        self.functions += made

    def constant(self):
        t = self.primitive()
        if t == m.STRING:
            value = f'"{self.fresh("k")}"'
        else:
            value = self.literal(t, 0, True).text
        name = self.fresh("K")
        self.emit(f"{self.public()}{name}: {t.name} := {value}")
        self.declare(m.Variable(name, t, frozen=True))

    def module_variable(self):
        t = self.some_type()
        name, mutable = self.fresh("m"), self.chance(0.8)
        self.calm = self.chance(0.97)
        self.emit(f"{self.public()}{'mut ' if mutable else ''}{name}: {self.type_text(t)} = "
                  f"{self.text(t, 0 if self.calm else 2, True)}")
        self.calm = False
        self.declare(m.Variable(name, t, mutable, mutable, isinstance(t, m.Array),
                                m.is_recursive(t)))

    def many_variables(self):
        """More module variables than instructions have room to name directly."""
        for _ in range(self.number(250, 300)):
            t = self.primitive()
            name = self.fresh("m")
            self.emit(f"{self.public()}mut {name}: {t.name} = {self.literal(t, 0, True).text}")
            self.declare(m.Variable(name, t, True, True))

    def function_declaration(self, method=None):
        """Emits a function; the caller makes it known, so that it is not called too early."""
        result = self.some_type(2) if self.chance(0.9) else None
        count = self.number(8, 40) if self.chance(0.04) else self.number(0, 4)
        parameters = [self.some_type(1, method is None) for _ in range(count)]
        bounded = method is None and self.chance(0.2) and result is not None
        if bounded:
            parameters.insert(0, m.I32)
        name = self.fresh("f")
        f = m.Callable(name, parameters, result, 0, self.module, bounded, method)
        declared = result is None or bounded or result not in m.PRIMITIVES or self.chance(0.8)
        if method is None and self.chance(0.15):
            self.emit("@" + self.pick(["inline", "noinline", "cold"]))
        self.scopes.append(Scope("function"))
        with self.function(FUNCTION_COST if not bounded else 24, result) as cost:
            texts = []
            if method:
                self.declare(m.Variable("self", method))
                texts.append("self")
            for number, p in enumerate(parameters):
                variable = self.declare(m.Variable(self.fresh("p"), p, growable=isinstance(p, m.Array)))
                if bounded and number == 0:
                    self.recursion_name = variable.name
                texts.append(f"{variable.name}: {self.type_text(p)}")
            arrow = f" -> {self.type_text(result)}" if result is not None and declared else ""
            self.result_typed = declared
            public = self.public() if not method else ""
            self.emit(f"{public}fn {name}({', '.join(texts)}){arrow}:")
            with self.indented():
                self.body(f, bounded)
        self.result_typed = True
        self.scopes.pop()
        f.cost = cost[0] * (16 if bounded else 1)
        return f

    def body(self, f, bounded):
        if bounded:
            self.emit(f"if {self.recursion_name} <= 0: return {self.text(f.result, 1, True)}")
            self.recursion, self.calls_left = f, self.number(1, 2)
        before = len(self.files[-1])
        if self.chance(0.12):
            self.emit(f"if {self.text(m.BOOL, 2)}:")
            with self.block("branch"):
                self.panic()
        self.statements(6, self.number(1, 3))
        if f.result is not None:
            self.tail(f.result)
        elif len(self.files[-1]) == before:
            self.emit("pass")
        self.recursion = None

    def tail(self, result):
        """The end of a function's body, which gives its result."""
        typed = self.result_typed
        kind = self.weighted([(4, "return"), (2, "value"), (1, "if"), (1, "match"), (1, "values"),
                              (1, "arms")])
        if kind == "return":
            self.emit(f"return {self.text(result, 3, typed)}")
        elif kind == "match" and result in m.PRIMITIVES:
            self.match_expression("return ", result, typed)
        elif kind == "if":
            self.emit(f"if {self.text(m.BOOL, 3)}:")
            with self.block("branch"):
                if self.chance(0.4):
                    self.print_statement(0)
                self.emit(f"return {self.text(result, 2, typed)}")
            self.emit("else:")
            with self.block("branch"):
                self.emit(f"return {self.text(result, 2, typed)}")
        elif kind == "values":
            self.emit(f"if {self.text(m.BOOL, 3)}:")
            with self.block("branch"):
                self.value_statement(result, typed)
            self.emit("else:")
            with self.block("branch"):
                if self.chance(0.4):
                    self.print_statement(0)
                self.value_statement(result, typed)
        elif kind == "arms":
            over = self.pick([m.I32, m.STRING, m.BOOL])
            self.emit(f"match {self.text(over, 2)}:")
            with self.indented():
                for pattern in self.patterns(over) + ["_"]:
                    self.emit(f"{pattern} ->")
                    with self.block():
                        if self.chance(0.3):
                            self.statements(2, 0)
                        self.value_statement(result, typed)
        else:
            self.value_statement(result, typed)

    def value_statement(self, result, typed):
        """The result as the value of a last statement, which cannot begin with every character."""
        value = self.text(result, 3, typed)
        self.emit(value if value[0].isalpha() and not value.startswith("fn") and
                  not value.startswith("not") else f"return {value}")
