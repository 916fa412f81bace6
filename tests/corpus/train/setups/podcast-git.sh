# the show's website with notes, under git: two people, a draft branch, a season tag
git init -q -b main; git config user.name Noa; git config user.email noa@loud.example
n=0; c() { n=$((n+1)); export GIT_AUTHOR_DATE="2026-07-0$n 18:00:00 +0000" GIT_COMMITTER_DATE="2026-07-0$n 18:00:00 +0000"; git add -A; git commit -qm "$1" ${2:+--author="$2"}; }
mkdir notes; echo 'Ep 6' > notes/ep06.md; echo '<h1>Loud</h1>' > index.html; printf '*.wav\n*.pk\n' > .gitignore; c 'Site and ep 6'; git tag season1
echo 'Ep 7' > notes/ep07.md; c 'Notes for ep 7' 'Tom <tom@loud.example>'; echo 'Sea links' >> notes/ep07.md; c 'More links'; git checkout -q -b ep09-draft; echo 'Ep 9' > notes/ep09.md; c 'Draft ep 9' 'Tom <tom@loud.example>'; git checkout -q main
echo 'Ep 8' > notes/ep08.md; c 'Notes for ep 8'; git branch -q redesign HEAD~1; git rm -q notes/ep06.md; c 'Retire ep 6 notes' 'Tom <tom@loud.example>'; echo '<p>ads' >> index.html; git stash push -q -m 'ad slot'
echo 'typo fix' >> notes/ep08.md; echo w > take.wav; echo plan > season3.txt; git remote add origin git@git.loud.example:site.git
