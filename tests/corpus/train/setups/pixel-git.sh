# the game under git: two developers, feature branches, a tag per release
git init -q -b main; git config user.name Mia; git config user.email mia@pixel.org
n=0; c() { n=$((n+1)); export GIT_AUTHOR_DATE="2026-11-0$n 20:15:00 +0000" GIT_COMMITTER_DATE="2026-11-0$n 20:15:00 +0000"; git add -A; git commit -qm "$1" ${2:+--author="$2"}; }
mkdir src levels; echo 'print("hi")' > src/main.lua; echo '{"w":10}' > levels/one.json; printf '*.tmp\nbuild/\n' > .gitignore; c 'start the game'
printf 'jump = 3\n' > src/player.lua; c 'add player'; git tag r0.1; printf 'jump = 4\n' > src/player.lua; c 'higher jump' 'Zed <zed@pixel.org>'
git checkout -q -b feature/boss; echo '{"hp":400}' > levels/boss.json; c 'boss level'; echo '{"hp":300}' > levels/boss.json; c 'boss is weaker' 'Zed <zed@pixel.org>'; git checkout -q main
echo '-- menu' > src/menu.lua; c 'menu'; git tag r0.2; git branch -q experiment HEAD~1; git rm -q levels/one.json; c 'drop level one' 'Zed <zed@pixel.org>'
echo 'fps = 60' >> src/main.lua; git stash push -q -m 'fps lock'
printf 'jump = 5\n' > src/player.lua; echo '-- hud' > src/hud.lua; git add src/hud.lua; echo idea > ideas.txt; mkdir build; echo o > build/out.o
git remote add origin https://git.pixel.org/game.git
