# the repository: releases as tags, a release branch, topic branches, a merge commit, three authors, two stashes, a clean tree
git init -q -b main; git config user.name 'Ana Diaz'; git config user.email ana@quill.org
n=0; c() { n=$((n+1)); d=$(printf '2026-0%d-%02d 12:00:00 +0000' $((n/5+5)) $((n*2))); export GIT_AUTHOR_DATE="$d" GIT_COMMITTER_DATE="$d"; git add -A; git commit -qm "$1" ${2:+--author="$2"}; }
BO='Bo Li <bo@quill.org>'; CY='Cy Hart <cy@mail.net>'
mkdir src docs; echo 'int open;' > src/open.c; echo '# Quill' > README.md; printf '*.o\ndist/\n' > .gitignore; c 'Initial import'
echo 'int parse;' > src/parse.c; c 'Add parser' "$BO"; git tag v1.0.0; echo 'guide' > docs/guide.md; c 'docs: add guide' "$CY"
echo 'int parse2;' >> src/parse.c; c 'fix: parser leak (#12)' "$BO"; git tag -a v1.1.0 -m 'Release 1.1.0'; git branch release/1.1
git checkout -q -b topic/io; echo 'int io;' > src/io.c; c 'feat: io layer' "$CY"; echo 'int io2;' >> src/io.c; c 'fix: io flush (#20)' "$CY"; git checkout -q main
echo 'second page' >> docs/guide.md; c 'docs: more guide'; git merge -q --no-ff -m 'Merge topic/io' topic/io
git checkout -q -b topic/lz; echo 'int lz;' > src/lz.c; c 'feat: lz support' "$BO"; echo 'int lz9;' >> src/lz.c; c 'fixup! feat: lz support' "$BO"; git checkout -q main
git mv src/open.c src/start.c; c 'Rename open.c to start.c'; echo 'v2' >> README.md; c 'readme: mention v2' "$BO"; git tag v1.2.0-rc1; git rm -q docs/guide.md; c 'docs: remove guide' "$CY"
git branch topic/old v1.0.0; echo a >> README.md; git stash push -q -m 'readme idea'; echo b >> src/parse.c; git stash push -q -m 'parser trial'
mkdir dist; echo t > dist/quill.tar; echo draft > NEWS.draft
git remote add origin git@git.quill.org:quill.git; git remote add bo https://git.quill.org/bo/quill.git
