#!/usr/bin/env python3
"""Every spelling of a deletion, an overwriting, a move: run by heddle, taken back, and the tree is what it was.

Usage: undo_commands.py HEDDLE"""
import os
import subprocess
import sys

from undoing import Home, fingerprint

# Commands of which heddle says beforehand that it can take them back.
WHOLE = r"""
rm a.txt
rm -f a.txt b.txt missing
rm *.txt
rm -rf dir
rm -rf dir/ other
rm -r dir a.txt
rm -d empty
rm -v -- -rf
rm 'with space.txt' "quote'd" $'new\nline'
rm link dangling dirlink
rm -rf dirlink
rm hard1
rm hard1 hard2
unlink a.txt
rmdir empty
rmdir -p deep/er/est
rmdir --parents --ignore-fail-on-non-empty deep/er/est
rm dir/sub/x; rmdir dir/sub
find . -name '*.tmp' -delete
find dir -delete
find dir -depth -type f -delete
find . -type f -name '*.txt' -exec rm {} \;
find . -type f -name '*.txt' -exec rm -f {} +
find . -maxdepth 1 -name 'dir' -exec rm -r {} +
find . -name '*.txt' -exec mv {} other \;
find . -maxdepth 1 -name '*.txt' -exec cp {} dir \;
find . -name 'a.txt' -exec sed -i s/a/X/ {} \;
printf 'a.txt\nb.txt\n' | xargs rm
echo a.txt b.txt | xargs -n1 rm
sh -c 'rm a.txt'
bash -c 'rm a.txt; > b.txt'
for i in a.txt b.txt; do rm "$i"; done
for i in *.txt; do rm "$i"; done
for i in a.txt b.txt; do mv "$i" "$i.bak"; done
for i in *.txt; do mv "$i" "${i%.txt}.md"; done
for f in ./*.txt; do mv -- "$f" "${f%.*}.md"; done
for f in *.txt; do n=$(basename "$f" .txt); mv "$f" "dir/$n.md"; done
for f in dir/*; do mv "$f" "$(dirname "$f")/${f##*/}.old"; done
for f in *.tx?; do cp "$f" "${f/txt/bak}"; done
for d in */; do mv "$d" "${d%/}.d"; done
for f in ./*; do mv "$f" "${f// /_}"; done 2> /dev/null
cd dir && for f in *; do mv "$f" "${f%.*}.md"; done
for f in *.none; do mv "$f" "${f%.none}.md"; done
f=a.txt; rm "$f"
eval 'rm a.txt'
command rm a.txt
env rm a.txt
nice rm a.txt
timeout 5 rm a.txt
(rm a.txt)
{ rm a.txt; }
rm a.txt && rm b.txt
rm missing || rm a.txt
test -f a.txt && rm a.txt
rm a.txt & wait
cd dir && rm f1
cd dir; rm f1
(cd dir && rm f1); rm a.txt
rm dir/../a.txt
rm dirlink/f1
> a.txt
: > a.txt
echo new > a.txt
echo new >| a.txt
echo new &> a.txt
echo new >> a.txt
echo new &>> a.txt
ls missing 2> a.txt
echo new > made.txt
echo new > link
echo new > dangling
echo new > hard1
cat b.txt > readonly 2>/dev/null; echo > a.txt
cat < b.txt > a.txt
echo new | tee a.txt
echo new | tee -a a.txt b.txt made.txt
truncate -s 0 a.txt
truncate -s0 a.txt b.txt
truncate -s 100 a.txt
truncate --size=5 hard1
dd if=b.txt of=a.txt status=none
dd if=/dev/zero of=a.txt bs=1 count=2 conv=notrunc status=none
sed -i s/a/X/ a.txt
sed -i.bak s/a/X/ a.txt b.txt
sed -i'' -e s/a/X/ *.txt
sed -Ei 's/(a)/\1\1/' hard1
sed -i 's/a/X/' link
sed --in-place=.orig s/a/X/ a.txt
sed -n 'w out.txt' a.txt
sed -i 's/a/X/w made.txt' a.txt
sort -o a.txt b.txt
sort -uo a.txt a.txt
uniq a.txt b.txt
cp a.txt b.txt
cp a.txt made.txt
cp a.txt dir
cp a.txt b.txt dir
cp -t dir a.txt b.txt
cp -a dir other
cp -r dir made
cp -r dir/. other
cp -rT dir other
cp a.txt link
cp --remove-destination a.txt link
cp -f a.txt hard1
cp -p a.txt dir/f1
cp -n a.txt b.txt
mv a.txt b.txt
mv a.txt made.txt
mv a.txt dir
mv a.txt b.txt dir
mv -t dir a.txt b.txt
mv dir other
mv dir made
mv dir empty
mv -T dir empty
mv -f a.txt hard1
mv -n a.txt b.txt
mv link dir/f1
mv a.txt dir/f1
mv a.txt x; mv x y
mv a.txt tmp; mv b.txt a.txt; mv tmp b.txt
mv a.txt b.txt && sed -i s/a/X/ b.txt
mv dir made; echo new > made/f1
mkdir made && mv a.txt made
mkdir made && cd made && touch x
mkdir -p made/a/b
mkdir made; cp *.txt made; rm -r made
touch made.txt
touch a.txt
touch -d '2001-01-01' a.txt
chmod 600 a.txt
chmod -R 700 dir
chmod +x *.txt
ln -s a.txt made
ln -sf b.txt link
ln a.txt made
ln -f a.txt b.txt
ln -sfn dir dirlink
install -m 600 a.txt b.txt
install -d made/x/y
install a.txt b.txt dir
perl -i -pe 's/a/X/' a.txt
perl -pi -e 's/a/X/g; ' a.txt b.txt
gzip a.txt
gzip -k a.txt
gzip *.txt
bzip2 a.txt
xz a.txt
gzip a.txt && gunzip a.txt.gz
gunzip packed.gz
gzip -dk packed.gz
> a.txt; rm a.txt
rm a.txt; echo new > a.txt
echo new > a.txt; mv a.txt b.txt
cat a.txt > tmp && mv tmp a.txt
sort a.txt > a.txt.new && mv a.txt.new a.txt
rm -rf dir; mkdir dir; echo new > dir/f1
echo x > dir/f1; rm -r dir
cp a.txt a.txt.bak; echo new > a.txt
{ echo 1; echo 2; } > a.txt
for i in 1 2 3; do echo $i >> a.txt; done
exec > a.txt; echo hello
rm -rf .
rm -rf ..
rm -rf a.txt .
rm -rf ./
rm -rf dir/..
rm a.txt dir 2>/dev/null
rm closed/in
rm -rf closed
mkfifo made
rm fifo
echo x > a.txt | echo y > b.txt
echo $(rm a.txt)
cat <(rm a.txt; echo)
git checkout -- tracked.txt
git restore tracked.txt
git checkout .
git checkout -- .
git restore .
git reset --hard
git reset -q --hard HEAD
git clean -f
git clean -fd
git clean -f -d -x
git clean -fdX
git clean -fdxq dir other
echo x > a.txt && git checkout -q -- .
awk '{print $1}' a.txt > b.txt
if true; then rm a.txt; fi
case x in x) rm a.txt;; esac
function gone() { rm "$1"; }; gone a.txt
trap 'rm a.txt' EXIT; true
rm {a,b}.txt
rm ./--help ./-rf
cat list | xargs rm
rm "$(head -1 list)"
find . -newermt '2003-04-06' -name '*.t*' -delete
find . -name '*.tmp' -newermt yesterday -delete
awk '$1 > 5 { print $1 }' a.txt > b.txt
rm 'a[1].txt' a.txt
rm 'star*'
rm star*
rm "$PWD/a.txt"
""".strip().splitlines()

# Commands of which heddle says beforehand that it cannot take them back, or not all.
NOT_WHOLE = r"""
shred a.txt
shred -u a.txt
git stash -u
git reset --hard HEAD~1
git reset .
git checkout master
git checkout -f
git checkout dir
git checkout --ours .
git restore --staged .
git restore --source HEAD .
git clean -fdi
git clean -fd -e x
git clean -fd ../work/dir
git clean -fd :/
git -C dir clean -fd
git -c core.hooksPath=hooks checkout .
GIT_DIR=.git git checkout .
export GIT_WORK_TREE=dir; git clean -fd
env GIT_WORK_TREE=dir git clean -fd
find . -name '*.txt' -exec sh -c 'for i in *.txt; do mv "$i" "${i%.txt}.md"; done' {} \;
trap 'touch z.txt' DEBUG; for i in *.txt; do mv "$i" "${i%.txt}.md"; done
cd dir; git clean -fd
git clean -fd; git reset --hard
ls | xargs rm
make clean
python3 -c 'open("a.txt","w")'
perl -e 'unlink "a.txt"'
perl -i -pe 'BEGIN { unlink "b.txt" } s/a/X/' a.txt
perl -i -pe 's/a/unlink "b.txt"/e' a.txt
patch a.txt < list
ed a.txt
rename 's/txt/md/' *.txt
rm $UNSET_ANYWHERE/a.txt
find . -name '*.txt' -execdir rm {} +
cp -b a.txt b.txt
sed -i --expression s/a/X/ -f list a.txt
mv --backup a.txt b.txt
rsync --remove-source-files a.txt dir
tar xf packed.tar
unzip packed.zip
curl -O http://127.0.0.1:9/x
./script
vim a.txt
awk 'BEGIN { print > "a.txt" }'
awk -i inplace '{print}' a.txt
ruby -i -pe '1' a.txt
yq -i . a.txt
cd nowhere; rm a.txt
wait; read -r x; rm "$x"
ssh host rm a.txt
docker run x rm a.txt
echo x > fifo
sudo make install
while read -r f; do rm "$f"; done < list
for i in *.txt; do mv "$i" "${i%.txt}.md"; done > z.txt
for i in *.txt; do mv "$i" "${i%.txt}.md"; done | tee z.txt
{ for i in *.txt; do mv "$i" "${i%.txt}.md"; done; } 2> z.txt
touch z.txt; for i in *.txt; do mv "$i" "${i%.txt}.md"; done
touch z.txt & for i in *.txt; do mv "$i" "${i%.txt}.md"; done
GLOBIGNORE=x; for i in *.txt; do mv "$i" "${i%.txt}.md"; done
for i in [ab].txt; do mv "$i" "${i%.txt}.md"; done
GLOBIGNORE=x; rm *
awk '{ print $1 > "b.txt" }' a.txt
perl -pi.bak -e 's/a/X/' a.txt
""".strip().splitlines()


def plant(work):
    """A tree with one of everything."""
    script = r"""
    printf 'a\nb\na\n' > a.txt; printf 'second a\n' > b.txt; printf 'a.txt\n' > list; echo > 'a[1].txt'; echo > 'star*'; echo > star1; : > nothing.txt
    mkdir -p dir/sub other/dir empty deep/er/est closed
    echo f1 > dir/f1; echo f2 > dir/f2.tmp; echo x > dir/sub/x; echo old > other/f1; echo t > one.tmp; echo in > closed/in
    echo n > ./-rf; echo n > --help; echo s > 'with space.txt'; echo q > "quote'd"; echo l > $'new\nline'
    ln -s a.txt link; ln -s nowhere-yet dangling; ln -s dir dirlink; echo h > hard1; ln hard1 hard2; mkfifo fifo
    echo r > readonly; chmod 444 readonly; chmod 750 a.txt; chmod 555 closed
    echo packed | gzip -n > packed.gz
    touch -d '2003-04-05 06:07:08.123456789' a.txt b.txt dir/f1 hard1 dir
    git init -q . && echo 1 > tracked.txt && git add tracked.txt &&
      git -c user.name=n -c user.email=e commit -qm m && echo 2 > tracked.txt
    """
    subprocess.run(["bash", "-c", script], cwd=work, check=True)
    try:
        os.setxattr(os.path.join(work, "a.txt"), "user.note", b"kept")
    except OSError:  # not on this file system
        pass


def without_git(prints):
    return {path: entry for path, entry in prints.items() if b"/.git" not in path}


def main():
    home = Home(sys.argv[1])
    failed = 0
    only = sys.argv[2:]

    def fail(command, why, said):
        nonlocal failed
        failed += 1
        print(f"FAILED: {command}: {why}\n{said}")

    try:
        for command in WHOLE:
            if only and not any(word in command for word in only):
                continue
            home.clear()
            plant(home.work)
            before = without_git(fingerprint(home.work))
            code, said = home.run(command)
            after = without_git(fingerprint(home.work))
            number = home.newest()
            if "cannot take" in said:
                fail(command, "it should be known what it changes", said)
            if before == after:
                if number:
                    fail(command, "nothing has changed, so there is nothing to undo", said)
                continue
            if not number:
                fail(command, f"exit {code}, and nothing to undo", said)
                continue
            code, told = home.call("undo", str(number))
            now = without_git(fingerprint(home.work))
            if now != before or code != 0:
                parts = {path: (before.get(path), now.get(path)) for path in {*before, *now}
                         if before.get(path) != now.get(path)}
                fail(command, f"undo, exit {code}: {parts}", said + told)
                continue
            again = home.newest()
            code, told = home.call("undo", str(again)) if again else (0, "")
            redone = without_git(fingerprint(home.work))
            changed = [path for path in {*after, *redone} if after.get(path, [0])[0] != redone.get(path, [0])[0]]
            if code != 0 or changed:
                fail(command, f"undo of the undo, exit {code}: {changed}", told)
        for command in NOT_WHOLE:
            if only and not any(word in command for word in only):
                continue
            home.clear()
            plant(home.work)
            before = fingerprint(home.work)
            code, said = home.run(command, keys="n")
            if "cannot take" not in said:
                fail(command, "it must say before that it cannot be taken back", said)
            if code != 130 or fingerprint(home.work) != before:
                fail(command, f"exit {code}; it must ask before", said)
    finally:
        home.remove()
    print(f"{len(WHOLE)} commands taken back, {len(NOT_WHOLE)} refused beforehand, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
