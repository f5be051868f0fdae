; Of a version that does not exist yet.
.string ""
.string "main"
.type function
.module "main" initializer=f0
.function "" t10 module=0
  .scalars i32
  ldi.w s0, 1
  ret
.end
.patch header.major = 99
