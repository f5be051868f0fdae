; Reads a register before it is written.
.string ""
.string "main"
.type function
.module "main" initializer=f0
.function "" t10 module=0
  .scalars i32
  add.i32.i s0, s0, 1
  ret
.end
