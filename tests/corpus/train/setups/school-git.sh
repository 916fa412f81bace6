# computing lessons under git: the teacher, a pupil and a colleague commit; a homework branch
git init -q -b main; git config user.name 'Ms Okafor'; git config user.email okafor@hillside.example
n=0; c() { n=$((n+1)); export GIT_AUTHOR_DATE="2026-09-0$n 16:00:00 +0000" GIT_COMMITTER_DATE="2026-09-0$n 16:00:00 +0000"; git add -A; git commit -qm "$1" ${2:+--author="$2"}; }
mkdir week1 week2; echo 'print("hello")' > week1/hello.py; printf '*.pyc\nanswers/\n' > .gitignore; c 'Week 1: hello'; git tag lesson1
echo 'for i in range(3): print(i)' > week2/loops.py; c 'Week 2: loops'; echo 'print("hello, world")' > week1/hello.py; c 'Nicer greeting' 'King <king@pupils.example>'; git tag lesson2
git checkout -q -b homework; echo 'while True: pass' > week2/forever.py; c 'Endless loop' 'King <king@pupils.example>'; echo 'while False: pass' > week2/forever.py; c 'Stop the loop' 'King <king@pupils.example>'; git checkout -q main
echo 'Plan' > plan.md; c 'Add plan' 'Mr Reyes <reyes@hillside.example>'; git branch -q quiz-ideas HEAD~1; git rm -q week2/loops.py; c 'Drop loops'; echo 'x' >> plan.md; git stash push -q -m 'half a plan'; mkdir answers; echo 42 > answers/a.txt; echo 'print("hi")' > week1/hello.py; echo n > todo.txt
git remote add origin https://git.hillside.example/lessons.git
