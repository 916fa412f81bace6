git init -q -b main; git config user.name 'Fern Abbott'; git config user.email fern@example.net; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$2" GIT_COMMITTER_DATE="$2" git commit -q -m "$1" ${3:+--author="$3"}; }
mkdir -p src tests docs; printf 'def gravity(og, fg):\n    return (og - fg) * 131.25\n' > src/calc.py; printf '# Brewlog\n' > README.md; printf '__pycache__/\n*.db\n' > .gitignore; git add .; c 'Start brewlog' 2024-09-02T09:00:00
printf 'def test_gravity():\n    pass\n' > tests/test_calc.py; git add .; c 'Add a first test' 2024-09-05T09:00:00 'Ravi Nair <ravi@example.net>'; git tag -a -m 'first' r1
printf 'Usage: brewlog add\n' > docs/usage.md; git add .; c 'Write usage docs' 2024-10-01T09:00:00 'Ravi Nair <ravi@example.net>'
printf 'def gravity(og, fg):\n    return (og - fg) * 131.25\n\ndef ibu(a):\n    return a * 0.1\n' > src/calc.py; git commit -q -a -m x; GIT_COMMITTER_DATE=2024-10-09T09:00:00 git commit -q --amend -m 'Compute IBU, fixes #12' --date=2024-10-09T09:00:00; git tag r2
git checkout -q -b hops; printf 'Cascade\nSaaz\n' > docs/hops.txt; git add .; c 'List hops' 2024-10-12T09:00:00; printf 'Cascade\nSaaz\nCitra\n' > docs/hops.txt; git add .; c 'More hops' 2024-10-13T09:00:00; git checkout -q main
git branch spike r1; git branch release r2; printf 'Usage: brewlog add\n       brewlog list\n' > docs/usage.md; git commit -q -a -m y; GIT_COMMITTER_DATE=2024-11-01T09:00:00 git commit -q --amend -m 'Document list' --date=2024-11-01T09:00:00
printf 'secret\n' > brew.db; printf 'wip\n' >> README.md; git add README.md; printf 'more wip\n' >> docs/usage.md; printf 'tmp\n' > try.py; mkdir old; printf 'o\n' > old/notes.txt
