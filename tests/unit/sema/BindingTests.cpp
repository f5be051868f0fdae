// Bindings and scopes: the table of manual 2.13 and the rules around it.
#include "tests/unit/sema/Harness.h"

using namespace orus::sema::test;

TEST_CASE("assignments and declarations") {
  checkCases({
      {"x = 1\nx = 2\n", "2:1 E2201"},
      {"fn f():\n    x = 1\n    x = 2\nf()\n", ""},
      {"for i in 0..2:\n    x = 1\n    x = 2\n", ""},
      {"x = 1\nif true:\n    x = 2\n", "3:5 E2201"},
      {"x = 1\nfor i in 0..2: x = 2\n", "2:16 E2201"},
      {"x = 1\nfn f():\n    x = 2\n", "3:5 E2201"},
      {"mut x = 1\nfn f():\n    x = 2\nif true: x = 3\n", ""},
      {"if true: x = 1\nx = 2\n", ""},
      {"if true: x = 1\nmut x = 2\n", "2:5 E2103"},
      {"x = 1\nmut x = 2\n", "2:5 E2103"},
      {"x = 1\nx: i32 = 2\n", "2:1 E2103"},
      {"fn f():\n    x: i32 = 1\n    x = 2\n", "3:5 E2201"},
      {"if true:\n    mut x = 1\nelse:\n    mut x = \"a\"\n", ""},
      {"if true:\n    x = 1\nelse:\n    x = \"a\"\n", "4:9 E2001"},
      {"for i in 0..2: x = 1\nfor i in 0..2: x = \"a\"\n", ""},
      {"while false: x = 1\nprint(x)\n", "2:7 E2102"},
      {"for i in 0..3:\n    if i == 1: x = 1\n    print(x)\n", ""},
      {"if true: mut x = 1\nprint(x)\n", "2:7 E2102"},
      {"fn f(n: i32):\n    n = 1\n", "2:5 E2201"},
      {"fn f(n: i32):\n    n += 1\n", "2:5 E2201"},
      {"fn f(n: i32):\n    mut n = n\n", "2:9 E2103"},
      {"fn f(n: i32):\n    if n > 0:\n        mut n = n\n        n = 2\n", ""},
      {"for n in 0..2:\n    mut n = n + 1\n    n = 3\n", ""},
      {"mut x = 1\nfn f(x: string) -> string: x + \"!\"\n", ""},
      {"fn f(): pass\nf = 1\n", "2:1 E2201"},
      {"fn f(): pass\nfn g():\n    mut f = 1\n    f = 2\n", ""},
      {"X := 1\nX = 2\n", "2:1 E2203"},
      {"len = 3\nprint(len)\n", ""},
      {"mut x = 1, y = x, z: i64 = 3\nprint(x, y, z)\n", ""},
  });
}

TEST_CASE("captured variables") {
  checkCases({
      {"fn f():\n    v = 0\n    g = fn():\n        v = v + 1\n", "4:9 E2201"},
      {"fn f():\n    mut v = 0\n    g = fn():\n        v = v + 1\n", ""},
      {"for v in 0..2:\n    g = fn():\n        v = v + 1\n", "3:9 E2201"},
      {"mut v = 0\ng = fn():\n    v = v + 1\n", ""},
  });
}

TEST_CASE("names that are not visible") {
  checkCases({
      {"print(x)\nmut x = 1\n", "1:7 E2104"},
      {"fn f() -> i32: x\nx = 1\n", "1:16 E2104"},
      {"fn f():\n    n = 1\n    n = 2\nmut n = \"a\"\nf()\n", ""},
      {"print(nothing, nothing)\nprint(nothing)\n", "1:7 E2101"},
      {"fn f(): print(nothing)\nfn g(): print(nothing)\n", "1:15 E2101, 2:15 E2101"},
      {"print(_)\n", "1:7 E2101"},
      {"print(self)\n", "1:7 E2109"},
      {"fn f():\n    g()\n    fn g(): pass\n", "2:5 E2101"},
      {"fn f():\n    fn g(): pass\n    g()\ng()\n", "4:1 E2101"},
      {"print(len)\n", "1:7 E2108"},
      {"break\n", "1:1 E2601"},
      {"fn f():\n    continue\n", "2:5 E2602"},
      {"for i in 0..2:\n    f = fn(): pass\n    break 'rows\n", "3:11 E2105"},
      {"return 1\n", "1:1 E2603"},
  });
}
