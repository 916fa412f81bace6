git init -q -b main; git config user.name kiki; git config user.email kiki@lan.party; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$1T23:10:00Z" GIT_COMMITTER_DATE="$1T23:10:00Z" git commit -q --author="$2" -m "$3"; }
K='kiki <kiki@lan.party>'; Z='zed <zed@lan.party>'; mkdir scripts textures; printf 'damage = 10\n' > scripts/sword.lua; printf 'speed = 5\n' > scripts/horse.lua
echo png > textures/sword.png; printf 'my mod\n' > readme.txt; git add .; c 2026-02-01 "$K" 'first drop'; printf 'damage = 25\n' > scripts/sword.lua; git add .
c 2026-02-20 "$Z" 'buff sword'; git tag v1
printf 'speed = 9\n' > scripts/horse.lua; echo tga > textures/old.tga; git add .; c 2026-04-04 "$K" 'zoomy horse'; git checkout -q -b crossbow; printf 'bolts = 12\n' > scripts/crossbow.lua
git add .; c 2026-05-01 "$Z" 'add crossbow'; git checkout -q main; git branch dead-idea v1; printf 'damage = 18\n' > scripts/sword.lua; git add .; c 2026-06-06 "$K" 'nerf sword'
git rm -q textures/old.tga; c 2026-08-08 "$K" 'drop old texture'; git tag v2
echo 'crit = 2' >> scripts/sword.lua; printf 'pet = dog\n' > scripts/pet.lua; git add scripts/pet.lua; echo lol > meme.txt
git reset -q --hard; git clean -fdxq
