git init -q -b master; git config user.name 'Iris Wang'; git config user.email iris@cart.dev; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$2" GIT_COMMITTER_DATE="$2" git commit -q -m "$1" ${3:+--author="$3"}; }
mkdir -p cmd pkg web; printf 'package main\n// TODO flags\nfunc main() {}\n' > cmd/main.go; printf 'package pkg\nfunc Add(a, b int) int { return a + b }\n' > pkg/add.go; printf 'bin/\n*.out\n' > .gitignore; git add .; c 'init: skeleton' 2025-01-05T09:00:00; git tag v0.1.0
printf 'body{}\n' > web/site.css; printf '// TODO retry\nfetch("/cart")\n' > web/cart.js; git add .; c 'web: first page' 2025-01-12T09:00:00 'Tom Bell <tom@cart.dev>'
printf 'package pkg\nfunc Add(a, b int) int { return a + b }\nfunc Sub(a, b int) int { return a - b }\n' > pkg/add.go; git add .; c 'pkg: add Sub' 2025-02-02T09:00:00; git tag v0.2.0
git checkout -q -b fix/rounding; printf 'package pkg\nfunc Round(x float64) int { return int(x + 0.5) }\n' > pkg/round.go; git add .; c 'fix: rounding of cents' 2025-02-10T09:00:00 'Tom Bell <tom@cart.dev>'; git checkout -q master
git branch done/page v0.1.0; printf 'body{margin:0}\n' > web/site.css; git add .; c 'web: reset margins' 2025-02-14T09:00:00; printf 'MIT\n' > LICENSE; git add .; c 'docs: licence' 2025-03-01T09:00:00
git remote add origin https://git.cart.dev/cart.git; git remote add fork https://git.cart.dev/tom/cart.git; printf '// wip\n' >> web/cart.js; printf 'draft\n' > NOTES; printf 'b\n' > LICENSE; git add LICENSE; mkdir bin; printf 'x\n' > bin/cart; printf 'o\n' > test.out
