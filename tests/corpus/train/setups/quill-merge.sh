# a merge that stopped: README.md conflicts, NEWS merged cleanly
git init -q -b main; git config user.name 'Ana Diaz'; git config user.email ana@quill.org
export GIT_AUTHOR_DATE='2026-10-10 10:00:00 +0000' GIT_COMMITTER_DATE='2026-10-10 10:00:00 +0000'
printf 'Quill 1\n' > README.md; echo n > NEWS; git add -A; git commit -qm base; git checkout -q -b next; printf 'Quill 2\n' > README.md; echo new >> NEWS; git commit -qam 'next: version 2'; git checkout -q main; printf 'Quill 1.5\n' > README.md; git commit -qam 'main: version 1.5'; git merge next >/dev/null 2>&1 || true
