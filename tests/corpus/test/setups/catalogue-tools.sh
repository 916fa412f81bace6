git init -q -b main; git config user.name 'M Moss'; git config user.email moss@museum.example; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$1T08:15:00Z" GIT_COMMITTER_DATE="$1T08:15:00Z" git commit -q --author="$2" -m "$3"; }
M='M Moss <moss@museum.example>'; L='Ada Lind <lind@museum.example>'; mkdir lib tests; printf 'def load():\n    return []\n' > lib/load.py
printf 'def clean(x):\n    return x\n' > lib/clean.py; printf 'Catalogue tools\n' > README; git add .; c 2026-01-05 "$M" 'Start'
printf 'def load():\n    return [1]\n' > lib/load.py; git add .; c 2026-02-11 "$L" 'Load one record'; git tag 0.1; printf 'def test():\n    assert 1\n' > tests/test_load.py
printf 'import old\n' > lib/legacy.py; git add .; c 2026-03-03 "$L" 'Add tests'; git tag 0.2
git checkout -q -b export-pdf; printf 'def pdf():\n    pass\n' > lib/pdf.py; git add .; c 2026-04-01 "$L" 'Sketch the pdf export'; git checkout -q main; git branch finished 0.2
git rm -q lib/legacy.py; c 2026-05-20 "$M" 'Remove legacy'; printf 'def clean(x):\n    return x.strip()\n' > lib/clean.py; git add .; c 2026-06-30 "$M" 'Strip blanks, fixes #12'
echo '# maybe' >> lib/load.py; printf 'x\n' > lib/new.py; git add lib/new.py; echo draft > draft.txt; git stash push -q -m 'maybe later' lib/load.py; echo '# now' >> lib/clean.py
