; Makes 200000 arrays of 10 numbers, then keeps pushing onto one.
.manifest producer="by hand"
.string ""
.string "main"
.type function                    ; t10
.type array i64                   ; t11
.type function i32                ; t12
.module "main" initializer=f0
.const i32 200000
.const i32 300000

.function "" t10 module=0
  .scalars i32 i32 i64 | | 8
  .references t11 | | 4
  ldi.w s0, 0
  ldk s1, k0
again:
  new.arr r0, 10, t11
  for.lt.i32 s0, s1, 1, again
  ldi.w s0, 0
  ldk s1, k1
  ldi.x s2, 1
more:
  push r0, s2
  for.lt.i32 s0, s1, 1, more
  len.arr s0, r0
  mov s6, s0
  print t12 s6 r1
  ret
.end
