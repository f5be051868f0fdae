; Counts to 100000, then prints the count.
.manifest producer="by hand"
.string ""
.string "main"
.type function                    ; t10
.type function i32                ; t11
.module "main" initializer=f0
.const i32 100000

.function "" t10 module=0
  .scalars i32 i32 | | 8
  ldi.w s0, 0
  ldk s1, k0
again:
  for.lt.i32 s0, s1, 1, again
  mov s5, s0
  print t11 s5 r0
  ret
.end
