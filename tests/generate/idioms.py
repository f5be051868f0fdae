"""Shapes of code that optimisations look for, with random parts."""

import model as m


class Idioms:
    def idioms(self):
        return [self.sum_loop, self.grid_loop, self.local_struct, self.string_builder,
                self.unlikely_loop, self.boxed_sum, self.closures_of_loop, self.counter,
                self.sieve, self.two_inductions, self.changed_in_try, self.search, self.swap_loop,
                self.growing_loop, self.alias]

    def sum_loop(self, level):
        t = self.pick(m.NUMBERS)
        found = self.find_place(m.Array(t))
        total, i = self.fresh("v"), self.fresh("i")
        array = found[0] if found else self.fresh("a")
        if not found:
            self.emit(f"{array}: [{t.name}] = {self.array(m.Array(t), 1, False).text}")
        self.emit(f"mut {total}: {t.name} = {self.number(0, 3)}")
        bound = f"len({array})" if self.chance(0.8) else str(self.number(0, 6))
        if self.chance(0.5):
            self.emit(f"for {i} in 0..{bound}:")
        else:
            self.emit(f"mut {i} = 0")
            self.emit(f"while {i} < {bound}:")
        loop = self.files[-1][-1].lstrip().startswith("for")
        with self.block(), self.repeated(10):
            variable = self.declare(m.Variable(i, m.I32, frozen=True, origin="loop"))
            value = self.pick([f"{array}[{i}]", f"{array}[{i}] * {self.text(t, 1, True, m.UNARY)}",
                               f"{array}[{i}] + {self.text(t, 1, True, m.MULTIPLY)}",
                               f"{array}[len({array}) - 1 - {i}]"])
            self.emit(f"{total} {self.pick(['+=', '-=', '+='])} {value}")
            if self.chance(0.3):
                self.emit(f"{array}[{self.pick([i, '0'])}] = {self.text(t, 1, True)}")
            if not loop:
                self.emit(f"{i} += 1")
            assert variable
        self.declare(m.Variable(total, t, mutable=True, word=True))
        self.print_line([total, array])

    def grid_loop(self, level):
        if not self.affordable(40):
            return
        grid, i, j = self.fresh("a"), self.fresh("i"), self.fresh("i")
        rows, columns = self.number(1, 4), self.number(1, 4)
        t = self.pick([m.I32, m.U64, m.F64, m.I64])
        self.emit(f"mut {grid}: [[{t.name}]] = []")
        self.emit(f"for {i} in 0..{rows}:")
        self.emit(f"    push({grid}, [{self.text(t, 1, True)}, {columns}])")
        array = m.Variable(grid, m.Array(m.Array(t)), mutable=True, word=True, growable=True)
        self.declare(array)
        self.emit(f"for {i} in 0..{self.pick([str(rows), f'len({grid})'])}:")
        with self.block(), self.repeated(rows + 1):
            self.declare(m.Variable(i, m.I32, origin="loop"))
            self.emit(f"for {j} in 0..{self.pick([str(columns), f'len({grid}[{i}])'])}:")
            with self.block(), self.repeated(columns + 1):
                self.declare(m.Variable(j, m.I32, origin="loop"))
                self.emit(f"{grid}[{i}][{j}] {self.pick(['=', '+=', '-='])} {self.text(t, 2, True)}")
                if self.chance(0.4):
                    self.emit(f"if {i} > 0: {grid}[{i}][{j}] += {grid}[{i} - 1][{j}]")
                if self.chance(0.3):
                    self.statements(2, 0)
        self.print_line([grid])

    def local_struct(self, level):
        """An object that need not exist, with aliases and updates."""
        if not self.structs:
            return
        t = m.Named(self.pick(self.structs))
        name, i = self.fresh("s"), self.fresh("i")
        self.emit(f"mut {name} = {self.struct_value(t, 2).text}")
        self.declare(m.Variable(name, t, mutable=True, word=True))
        numbers = [f for f in t.declaration.fields if f.type in m.NUMBERS]
        if numbers and self.chance(0.8):
            self.emit(f"for {i} in 0..{self.number(0, 5)}:")
            with self.block(), self.repeated(6):
                self.declare(m.Variable(i, m.I32, origin="loop"))
                f = self.pick(numbers)
                self.emit(f"{name}.{f.name} {self.pick(['+=', '-=', '='])} {self.text(f.type, 2, True)}")
                if self.chance(0.3):
                    self.emit(f"if {self.text(m.BOOL, 2)}: {name} = {self.struct_value(t, 2).text}")
        self.print_line([f"{name}.{f.name}" for f in t.declaration.fields[:3]
                         if not isinstance(f.type, m.Function)] or ["1"])

    def alias(self, level):
        if not self.structs:
            return
        t = m.Named(self.pick(self.structs))
        found = self.find_place(t)
        if not found:
            return
        name = self.fresh("s")
        self.emit(f"mut {name} = {found[0]}")
        self.declare(m.Variable(name, t, mutable=True, word=True))
        for f in self.random.sample(t.declaration.fields, min(2, len(t.declaration.fields))):
            if f.type in m.PRIMITIVES:
                self.emit(f"{name}.{f.name} = {self.text(f.type, 2, True)}"
                          if f.type != m.STRING else f'{name}.{f.name} = "{self.fresh("t")}"')
                self.print_line([f"{found[0]}.{f.name}", f"{name}.{f.name}", f"{name} == {found[0]}"])

    def string_builder(self, level):
        name, i = self.fresh("t"), self.fresh("i")
        self.emit(f'mut {name} = "{self.pick(["", "x"])}"')
        self.declare(m.Variable(name, m.STRING, frozen=True))
        self.emit(f"for {i} in 0..{self.number(0, 6)}:")
        with self.block(), self.repeated(7):
            self.declare(m.Variable(i, m.I32, origin="loop"))
            piece = self.text(self.pick(m.PRIMITIVES), 1, False, m.UNARY)
            self.emit(self.pick([f"{name} += {piece} as string", f"{name} = {piece} as string + {name}",
                                 f'{name} = {name} + ({i} as string) + ","']))
        self.print_line([name, f"len({name})"])

    def unlikely_loop(self, level):
        """A body that may not run, with parts that do not change and may panic."""
        t = self.pick(m.INTEGERS)
        a, b, i = self.fresh("v"), self.fresh("v"), self.fresh("i")
        self.emit(f"mut {a}: {t.name} = {self.text(t, 1, True)}")
        self.emit(f"mut {b}: {t.name} = {self.number(0, 2)}")
        self.declare(m.Variable(a, t, mutable=True, word=True))
        self.declare(m.Variable(b, t, mutable=True, word=True))
        bound = self.pick(["0", "1", "3", f"({self.text(m.I32, 1)} % 3)"])
        self.emit("try:")
        with self.block():
            self.emit(f"for {i} in 0..{bound}:")
            with self.block(), self.repeated(4):
                self.declare(m.Variable(i, m.I32, origin="loop"))
                if self.chance(0.5):
                    self.print_line([i])
                if self.chance(0.5):
                    self.emit(f"if {self.text(m.BOOL, 2)}: {b} = 1")
                self.print_line([f"{a} {self.pick('/%*+-')} {b}"])
        self.catch()
        self.print_line([a, b])

    def boxed_sum(self, level):
        name, i = self.fresh("y"), self.fresh("i")
        t = self.pick([m.I32, m.F64, m.U64])
        start = self.literal(t, 0, False)
        self.emit(f"mut {name}: any = {start.text}")
        self.declare(m.Variable(name, m.ANY, frozen=True))
        self.emit(f"for {i} in 0..{self.number(0, 5)}:")
        with self.block(), self.repeated(6):
            self.declare(m.Variable(i, m.I32, origin="loop"))
            self.emit(f"{name} = ({name} as {t.name}) {self.pick('+-')} "
                      f"{self.text(t, 1, False, m.MULTIPLY)}")
            if self.chance(0.2):
                self.emit(f"if {i} == {self.number(2, 6)}: {name} = \"text\"")
        self.print_line([name, f"typeof({name})"])

    def closures_of_loop(self, level):
        """Functions that capture a new variable in each pass."""
        if self.depth > 1 or not self.affordable(30):
            return
        name, i, f, n = self.fresh("c"), self.fresh("i"), self.fresh("f"), self.fresh("n")
        t = self.pick([m.I32, m.I64, m.U32, m.F64, m.STRING])
        self.emit(f"mut {name}: [fn() -> {t.name}] = []")
        self.emit(f"for {i} in 0..{self.number(1, 4)}:")
        with self.block(), self.repeated(4):
            self.declare(m.Variable(i, m.I32, origin="loop"))
            self.emit(f"mut {n}: {t.name} = {self.text(t, 1, True)}")
            self.declare(m.Variable(n, t, mutable=True, word=True))
            change = f"{n} = {self.text(t, 1, True)}"
            if t == m.STRING:
                change = f"if len({n}) < 30: {n} = {n} + \"+\""
            self.emit(f"fn {f}() -> {t.name}:")
            self.emit(f"    {change}")
            self.emit(f"    return {n}")
            self.emit(f"push({name}, {f})")
            if self.chance(0.5):
                self.emit(change)
        self.emit(f"for {f} in {name}:")
        self.emit(f'    print("{self.fresh("#")}", {f}(), {f}())')
        self.charge(12)

    def counter(self, level):
        """Two functions that share a variable."""
        if self.depth > 1 or not self.affordable(20):
            return
        n, up, get = self.fresh("n"), self.fresh("f"), self.fresh("f")
        t = self.pick(m.NUMBERS)
        self.emit(f"mut {n}: {t.name} = {self.number(0, 9)}")
        self.declare(m.Variable(n, t, mutable=True, word=True))
        self.emit(f"fn {up}(): {n} {self.pick(['+=', '-=', '*='])} {self.literal(t, 0, True).text}")
        self.emit(f"fn {get}() -> {t.name}: {n}")
        for _ in range(self.number(1, 3)):
            self.emit(self.pick([f"{up}()", f"{n} += 1", f'print("{self.fresh("#")}", {n}, {get}())']))
        self.print_line([f"{get}()", n])

    def sieve(self, level):
        if not self.affordable(60):
            return
        flags, i, j, size = self.fresh("a"), self.fresh("i"), self.fresh("k"), self.number(4, 16)
        self.emit(f"{flags} = [true, {size}]" if self.scopes[-1].kind != "branch"
                  else f"mut {flags} = [true, {size}]")
        self.emit(f"for {i} in 2..{size}:")
        with self.indented():
            self.emit(f"if {flags}[{i}]:")
            with self.indented():
                self.emit(f"mut {j} = {i} * {i}")
                self.emit(f"while {j} < {size}:")
                self.emit(f"    {flags}[{j}] = false")
                self.emit(f"    {j} += {i}")
        self.charge(size * 2)
        self.print_line([flags])

    def two_inductions(self, level):
        a, b = self.fresh("v"), self.fresh("v")
        t = self.pick(m.INTEGERS)
        self.emit(f"mut {a}: {t.name} = {self.number(0, 3)}")
        self.emit(f"mut {b}: {t.name} = {self.number(5, 20)}")
        self.declare(m.Variable(a, t, frozen=True))
        self.declare(m.Variable(b, t, frozen=True))
        self.emit(f"while {a} < {b}:")
        with self.block(), self.repeated(12):
            self.emit(f"{a} += {self.number(1, 3)}")
            if self.chance(0.7):
                self.emit(f"if {b} > 2: {b} -= {self.number(1, 2)}")
            self.statements(2, 0)
        self.print_line([a, b])

    def changed_in_try(self, level):
        """Values at the point of a panic must be those of the program, not of the schedule."""
        t = self.pick(m.NUMBERS)
        v, w, e = self.fresh("v"), self.fresh("v"), self.fresh("e")
        for name in (v, w):
            self.emit(f"mut {name}: {t.name} = {self.text(t, 1, True)}")
            self.declare(m.Variable(name, t, mutable=True, word=True))
        self.emit("try:")
        with self.block():
            for _ in range(self.number(1, 3)):
                self.emit(f"{self.pick([v, w])} {self.pick(['=', '+=', '-='])} {self.text(t, 2, True)}")
            self.panic()
            self.emit(f"{self.pick([v, w])} = {self.text(t, 1, True)}")
        self.emit(f"catch {e}:")
        with self.block():
            self.print_line([v, w, e])
            self.emit(f"{v} = {self.text(t, 1, True)}")
        self.print_line([v, w])

    def search(self, level):
        """A loop that is left early, with the values at the exit used after it."""
        t = self.pick([m.I32, m.STRING, m.U64, m.F64])
        found = self.find_place(m.Array(t))
        if not found:
            return
        at, i = self.fresh("v"), self.fresh("i")
        self.emit(f"mut {at} = -1")
        self.declare(m.Variable(at, m.I32, frozen=True))
        self.emit(f"for {i} in 0..len({found[0]}):")
        with self.block(), self.repeated(10):
            self.declare(m.Variable(i, m.I32, origin="loop"))
            self.emit(f"if {found[0]}[{i}] {self.pick(['==', '<', '>'])} {self.text(t, 1, True, m.ADD)}:")
            self.emit(f"    {at} = {i}")
            self.emit("    break")
        self.print_line([at])

    def swap_loop(self, level):
        """A bubble sort: neighbours are read and written through the same array."""
        if not self.affordable(100):
            return
        a, i, j, t = self.fresh("a"), self.fresh("i"), self.fresh("i"), self.pick(m.NUMBERS + (m.STRING,))
        hold, count = self.fresh("v"), self.number(2, 5)
        elements = ", ".join(self.text(t, 1) for _ in range(count))
        self.emit(f"mut {a} = [{elements},]")
        self.emit(f"for {i} in 0..len({a}):")
        self.emit(f"    for {j} in 0..len({a}) - 1{self.pick(['', f' - {i}'])}:")
        self.emit(f"        if {a}[{j}] > {a}[{j} + 1]:")
        self.emit(f"            mut {hold} = {a}[{j}]")
        self.emit(f"            {a}[{j}] = {a}[{j} + 1]")
        self.emit(f"            {a}[{j} + 1] = {hold}")
        self.charge(count * count)
        self.declare(m.Variable(a, m.Array(t), mutable=True, word=True))
        self.print_line([a])

    def growing_loop(self, level):
        """The length changes under the loop that goes through the array."""
        if not self.affordable(20):
            return
        a, x, t = self.fresh("a"), self.fresh("x"), self.pick(m.PRIMITIVES)
        self.emit(f"mut {a}: [{t.name}] = {self.array(m.Array(t), 1, True).text}")
        self.declare(m.Variable(a, m.Array(t), mutable=True, word=True, growable=True))
        self.emit(f"for {x} in {a}:")
        with self.block(), self.repeated(10):
            self.declare(m.Variable(x, t))
            self.emit(f"if len({a}) < {self.number(2, 9)}: push({a}, {self.text(t, 1, True)})")
            if self.chance(0.4):
                self.emit(f"elif len({a}) > {self.number(2, 5)}: pop({a})")
            self.emit(f"{a}[0] = {x}")
        self.print_line([a])
