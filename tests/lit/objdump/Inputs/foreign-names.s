.manifest entry=f0
.type function                 ; t10
.module "main"
.function "" t10
  ret
.end
.function "" t10 codeOffset=0 codeLength=1
.end
.replace SCHEMA count=155 "Manifest{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: string}\nFunction{codeLength: u8, codeOffset: u8}\nMANIFEST archive Manifest\nFUNCTIONS archive Function\n"
.replace FUNCTIONS count=9 2 1 0 2 1 0 2 1 0 2 1 0 2 1 0 2 1 0 2 1 0 2 1 0 2 1 0
.patch header.major = 9
