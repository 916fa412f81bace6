git init -q -b main; git config user.name Nell; git config user.email nell@ferry.example; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$1T09:30:00Z" GIT_COMMITTER_DATE="$1T09:30:00Z" git commit -q --author="$2" -m "$3"; }
mkdir -p pages css; printf '<h1>Night Ferry</h1>\n' > pages/home.html; printf '<p>About Nell</p>\n' > pages/about.html; printf 'body { color: black }\n' > css/main.css
printf '# site\n' > README.md; git add .
c 2026-06-01 'Nell <nell@ferry.example>' 'first version'; printf '<h1>Night Ferry</h1>\n<p>a podcast</p>\n' > pages/home.html; git add .
c 2026-06-09 'Nell <nell@ferry.example>' 'write the home page'; git tag launch
printf 'body { color: navy }\n' > css/main.css; git add .; c 2026-07-15 'Sam <sam@ferry.example>' 'new colours'; printf '<p>guests</p>\n' > pages/guests.html; git add .
c 2026-08-20 'Nell <nell@ferry.example>' 'add guests page'
git checkout -q -b redesign; printf 'body { color: teal }\nh1 { margin: 0 }\n' > css/main.css; git add .; c 2026-09-01 'Sam <sam@ferry.example>' 'try teal'; git checkout -q main
git branch typo launch
printf '<p>About Nell and Sam</p>\n' > pages/about.html; git add .; c 2026-09-10 'Nell <nell@ferry.example>' 'mention sam'; git rm -q README.md; c 2026-09-11 'Sam <sam@ferry.example>' 'drop readme'
echo '<p>extra</p>' >> pages/guests.html; echo '<p>contact</p>' > pages/contact.html; git add pages/contact.html; echo idea > ideas.txt
git reset -q --hard; git clean -fdxq
