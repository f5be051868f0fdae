.manifest entry=f0
.type function                 ; t10
.module "main"
.function "" t10
  ret
.patch header.major = 9
.replace OPCODES count=1 38 0x8b 1 7 "strange" 1 3 5 0 8 0 1 1 1 "x" 0 30 8 0 1 1 1 "x" 0 8 8 0 1 1 3 "i32"
