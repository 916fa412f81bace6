# a small firmware repository with an unpublished mistake, a side branch and clean index
git init -q -b main; git config user.name Ines; git config user.email ines@lab2.net
n=0; c() { n=$((n+1)); export GIT_AUTHOR_DATE="2026-10-2$n 11:11:00 +0000" GIT_COMMITTER_DATE="2026-10-2$n 11:11:00 +0000"; git add -A; git commit -qm "$1" ${2:+--author="$2"}; }
mkdir drv app; echo 'int spi;' > drv/spi.c; echo 'int main;' > app/main.c; printf '*.o\n' > .gitignore; c 'import'
echo 'int i2c;' > drv/i2c.c; c 'add i2c driver' 'Otto <otto@lab2.net>'; git tag rel-1
echo 'int spi_fast;' >> drv/spi.c; c 'faster spi'; git checkout -q -b lowpower; echo 'int sleep;' > drv/sleep.c; c 'sleep mode' 'Otto <otto@lab2.net>'; git checkout -q main
git rm -q drv/i2c.c; c 'remove i2c' 'Otto <otto@lab2.net>'; echo 'pin=1234' > app/secret.h; c 'tune timing'; git tag rel-2; git branch -q done-work HEAD~2
echo 'int debug;' >> app/main.c; git stash push -q -m 'debug prints'
echo 'int watchdog;' >> app/main.c; echo x > drv/x.o; echo todo > plan.txt
git remote add origin git@forge.lab2.net:fw.git
