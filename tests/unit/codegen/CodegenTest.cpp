#include "Support.h"

#include <doctest/doctest.h>

using namespace orus;

TEST_CASE("a call computes its argument in place and its result stays") {
  CHECK(test::listing(R"(
module "main" {
  initializer @main
}
entry @main
fn @fib: fn(i32) -> i32 module 0 {
^0(%0: i32):
  %1: i32 = const 2
  %2: bool = lt %0, %1
  branch %2, ^1, ^2
^1:
  return %0
^2:
  %3: i32 = const 1
  %4: i32 = sub %0, %3
  %5: i32 = call @fib(%4)
  %6: i32 = const 2
  %7: i32 = sub %0, %6
  %8: i32 = call @fib(%7)
  %9: i32 = add %5, %8
  return %9
}
fn @main: fn() module 0 {
^0:
  return
}
)") == R"(jge.i32.i s0, 2, @3
ret.s s0
add.i32.i s4, s0, -1
call 4, 0, 0
add.i32.i s8, s0, -2
call 8, 0, 0
add.i32 s0, s4, s8
ret.s s0
)");
}
