git init -q -b main; git config user.name 'Ramesh Kumar'; git config user.email ramesh@corp.example; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$1T10:00:00Z" GIT_COMMITTER_DATE="$1T10:00:00Z" git commit -q --author="$2" -m "$3"; }
R='Ramesh Kumar <ramesh@corp.example>'; S='Sunita Rao <sunita@corp.example>'; I='Imran Sheikh <imran@corp.example>'
mkdir -p src data templates; printf 'class LeaveService {\n  int balance = 0;\n  // TODO carry forward\n}\n' > src/LeaveService.java; printf 'class HolidayCalendar {}\n' > src/HolidayCalendar.java
printf '<project>leave</project>\n' > pom.xml; printf '# Leave portal\n' > README.md; printf 'target/\n*.class\n' > .gitignore; git add .; c 2026-09-01 "$R" 'Initial commit'
printf 'class CompOff {}\n' > src/CompOff.java; printf 'class LeaveService {\n  int balance = 0;\n  int compOff = 2;\n  // TODO carry forward\n}\n' > src/LeaveService.java; git add .
c 2026-09-14 "$S" 'LP-12 add comp-off rule'; git tag v1.0
git branch bugfix/LP-19; sed -i 's/balance = 0/balance = 1/' src/LeaveService.java; git add .; c 2026-10-05 "$R" 'LP-17 fix negative balance'
printf 'date,name\n2027-01-26,Republic Day\n2027-08-15,Independence Day\n2027-10-02,Gandhi Jayanti\n' > data/holidays.csv; git add .; c 2026-10-20 "$S" 'LP-21 holiday list for 2027'; git tag v1.1
git checkout -q -b feature/LP-30; printf 'class Encashment {}\n' > src/Encashment.java; git add .; c 2026-11-02 "$I" 'LP-30 encashment draft'; git checkout -q main
printf '<p>Leave approved</p>\n' > 'templates/leave mail.html'; printf 'old\n' > templates/legacy.html; git add .; c 2026-11-10 "$R" 'LP-25 mail template updation'
git rm -q templates/legacy.html; c 2026-11-12 "$R" 'LP-26 remove legacy template'
printf '# Leave portal\nContact HR desk\n' > README.md; printf 'class Audit {}\n' > src/Audit.java; git add src/Audit.java; echo scratch > scratch.txt; echo n > 'old notes.txt'; mkdir target
echo x > target/leave.class
