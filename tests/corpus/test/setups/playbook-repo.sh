git init -q -b main; git config user.name 'Ines Duarte'; git config user.email ines@corp.example; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$1T13:00:00Z" GIT_COMMITTER_DATE="$1T13:00:00Z" git commit -q --author="$2" -m "$3"; }
I='Ines Duarte <ines@corp.example>'; W='Walt Hahn <walt@corp.example>'; mkdir onboarding policies; printf '# Playbook\n' > README.md; printf 'Day one: laptop\n' > onboarding/checklist.md
printf 'Travel: economy\n' > policies/travel.md; git add .; c 2026-01-12 "$I" 'Set up playbook'
printf 'Day one: laptop\nDay two: meet the team\n' > onboarding/checklist.md; git add .; c 2026-02-02 "$W" 'Extend onboarding checklist'; git tag q1-signoff
printf 'Remote: two days\n' > policies/remote.md; git add .; c 2026-04-20 "$I" 'Remote work policy'; printf 'Remote: three days\n' > policies/remote.md; git add .
c 2026-05-04 "$W" 'Three remote days'; git tag q2-signoff
git checkout -q -b expenses; printf 'Expenses: keep receipts\n' > policies/expenses.md; git add .; c 2026-06-15 "$W" 'Draft expenses policy'; git checkout -q main
git branch legacy-format q1-signoff; printf 'Travel: economy\nTrain first\n' > policies/travel.md; git add .; c 2026-09-01 "$I" 'Train first'; git rm -q policies/remote.md
c 2026-10-01 "$I" 'Withdraw remote policy'
echo 'Day three: access cards' >> onboarding/checklist.md; printf 'Glossary\n' > glossary.md; git add glossary.md; echo ideas > brainstorm.txt
