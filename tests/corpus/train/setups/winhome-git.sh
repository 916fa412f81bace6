# an Excel-macro project under git, started on Windows (main, a feature branch, clean index)
git init -q -b main; git config user.name Paul; git config user.email paul@office.example
n=0; c() { n=$((n+1)); export GIT_AUTHOR_DATE="2026-08-1$n 09:00:00 +0000" GIT_COMMITTER_DATE="2026-08-1$n 09:00:00 +0000"; git add -A; git commit -qm "$1" ${2:+--author="$2"}; }
mkdir Macros Forms; printf 'Sub Main()\nEnd Sub\n' > Macros/Main.bas; printf '*.tmp\nThumbs.db\n' > .gitignore; c 'First version'
printf 'Sub PrintAll()\nEnd Sub\n' > Macros/Print.bas; c 'Print macro'; git tag version1; printf 'Form1\n' > Forms/Login.frm; c 'Login form' 'Rita <rita@office.example>'
git checkout -q -b new-report; printf 'Sub Report()\nEnd Sub\n' > Macros/Report.bas; c 'Report macro' 'Rita <rita@office.example>'; git checkout -q main; printf 'Sub Main()\n  PrintAll\nEnd Sub\n' > Macros/Main.bas; c 'Call PrintAll'; git tag version2; git branch -q old-forms HEAD~1
printf 'Form1 v2\n' > Forms/Login.frm; git stash push -q -m 'login redesign'; printf 'Sub PrintAll()\n  x = 1\nEnd Sub\n' > Macros/Print.bas; printf 'read me\n' > ReadMe.txt; echo t > Thumbs.db
git remote add origin https://git.office.example/macros.git
