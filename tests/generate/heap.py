"""Loops that make many objects: old objects come to refer to new ones, strings and arrays grow."""

import model as m


class Heap:
    def heaps(self):
        return [self.ring, self.long_string, self.large_sort, self.growing_table, self.linked]

    def only_once(self):
        """These loops are long: one at a time, and outside of functions."""
        return self.depth == 0 and self.factor == 1

    def random_step(self, name):
        return f"{name} = ({name} * 1103515245 + 12345) % 2147483648"

    def ring(self, level):
        """A few objects stay, the others become garbage."""
        if not self.only_once():
            return
        ring, i, seed, size = self.fresh("a"), self.fresh("i"), self.fresh("v"), self.number(3, 20)
        t = self.pick([m.STRING, m.Array(m.I32), m.Array(m.STRING)] +
                      ([m.Named(self.pick(self.structs))] if self.structs else []))
        self.emit(f"mut {ring}: [{self.type_text(t)}] = []")
        self.emit(f"mut {seed}: u64 = {self.number(1, 9999)}")
        self.emit(f"for {i} in 0..{self.pick([50, 200, 800])}:")
        self.calm = True
        with self.block(), self.repeated(1):
            self.emit(self.random_step(seed))
            self.declare(m.Variable(i, m.I32))
            value = {m.STRING: f"({i} as string) + \"-\" + (({seed} % 100) as string)",
                     m.Array(m.I32): f"[{i}, {i} + 1, {i} * 2]",
                     m.Array(m.STRING): f"[{i} as string, \"x\", {seed} as string]"}.get(t)
            value = value or self.text(t, 2, True)
            self.emit(f"if len({ring}) < {size}: push({ring}, {value})")
            self.emit(f"else: {ring}[{seed} / 7 % {size}] = {value}")
        self.calm = False
        self.declare(m.Variable(ring, m.Array(t), mutable=False))
        self.print_line([f"len({ring})", ring])

    def long_string(self, level):
        if not self.only_once():
            return
        s, i, n, h = self.fresh("t"), self.fresh("i"), self.fresh("n"), self.fresh("h")
        passes = self.pick([30, 150, 400])
        self.emit(f'mut {s} = ""')
        self.emit(f"mut {n} = 0")
        self.emit(f"for {i} in 0..{passes}:")
        with self.indented():
            self.emit(f"{s} {self.pick(['+=', '= ' + s + ' +'])} {i} as string")
            if self.chance(0.5):
                self.emit(f"if {i} % {self.number(2, 9)} == 0: {s} = \"<\" + {s}")
            if self.chance(0.6):
                self.emit(f"if {s}[{i} % len({s})] == \"{self.number(0, 9)}\": {n} += 1")
            if self.chance(0.3):
                self.emit(f"if len({s}) > {self.number(100, 300)}: {s} = {s}[0] + {s}[len({s}) - 1]")
        self.emit(f"mut {h}: u64 = 7")
        self.emit(f"for {i} in {s}: {h} = {h} * 31 + (len({i} as string) as u64) + "
                  f"(1u64 if {i} < \"5\" else 2u64)")
        self.print_line([n, f"len({s})", h, f"{s} == {s} + \"\""])

    def large_sort(self, level):
        if not self.only_once():
            return
        a, b, i, seed = self.fresh("a"), self.fresh("a"), self.fresh("i"), self.fresh("v")
        t = self.pick([m.I32, m.I64, m.U32, m.U64, m.F64, m.STRING, m.BOOL])
        self.emit(f"mut {a}: [{t.name}] = []")
        self.emit(f"mut {seed}: u64 = {self.number(1, 9999)}")
        self.emit(f"for {i} in 0..{self.number(10, 90)}:")
        with self.indented():
            self.emit(self.random_step(seed))
            low = f"({seed} / 64 % 1000)"
            value = {m.BOOL: f"{low} > 500", m.I32: f"({low} as i32) - 500",
                     m.I64: f"({low} as i64) * 1000000007 - 5000000000"}.get(t, f"{low} as {t.name}")
            self.emit(f"push({a}, {value})")
        self.emit(f"{b} = sorted({a})")
        self.emit(f"for {i} in 1..len({b}):")
        test = f"{b}[{i}] and not {b}[{i} - 1] or {b}[{i}] == {b}[{i} - 1]" if t == m.BOOL \
            else f"{b}[{i} - 1] <= {b}[{i}]"
        self.emit(f"    if not ({test}): print(\"not sorted\", {i})")
        self.print_line([a, b])

    def growing_table(self, level):
        """Arrays of arrays that grow and shrink."""
        if not self.only_once():
            return
        table, i, j, total = self.fresh("a"), self.fresh("i"), self.fresh("i"), self.fresh("v")
        t = self.pick([m.I64, m.U32, m.F64])
        rows = self.number(2, 9)
        self.emit(f"mut {table}: [[{t.name}]] = []")
        self.emit(f"for {i} in 0..{rows}: push({table}, [])")
        self.emit(f"for {i} in 0..{self.pick([60, 300])}:")
        with self.indented():
            self.emit(f"push({table}[{i} % {rows}], {i} as {t.name})")
            if self.chance(0.6):
                self.emit(f"if {i} % {self.number(3, 7)} == 1 and len({table}[0]) > 0: pop({table}[0])")
            if self.chance(0.4):
                self.emit(f"if {i} % 50 == 49: {table}[{self.number(0, rows - 1)}] = "
                          f"{table}[{self.number(0, rows - 1)}][{self.number(0, 1)}..]")
        self.emit(f"mut {total}: {t.name} = 0")
        self.emit(f"for {i} in {table}:")
        self.emit(f"    for {j} in {i}: {total} += {j}")
        self.print_line([total, f"len({table}[0])", f"len({table}[{rows - 1}])"])

    def linked(self, level):
        """Closures and boxed values that hold one another."""
        if not self.only_once():
            return
        last = self.fresh("f")
        fs, i, n, boxes = self.fresh("c"), self.fresh("i"), self.fresh("n"), self.fresh("y")
        self.emit(f"mut {fs}: [fn(i32) -> i32] = [fn(x: i32) -> i32: x]")
        self.emit(f"mut {boxes}: [any] = []")
        self.emit(f"for {i} in 0..{self.number(5, 60)}:")
        with self.indented():
            self.emit(f"{last} = {fs}[len({fs}) - 1]")
            self.emit(f"mut {n} = {i}")
            self.emit(f"push({fs}, fn(x: i32) -> i32: ({last}(x) + {n}) % 1000)")
            self.emit(f"{n} += {self.number(0, 3)}")
            self.emit(f"push({boxes}, {self.pick([n, f'{n} as string', f'[{n}, {i}, 1]', f'{n} as f64'])})")
            if self.chance(0.5):
                self.emit(f"if len({boxes}) > 5: pop({boxes})")
        self.print_line([f"{fs}[len({fs}) - 1](1)", boxes, f"typeof({boxes}[0])"])
