git init -q -b main; git config user.name Marta; git config user.email marta@l10n.example; git config commit.gpgsign false; git config core.autocrlf false
c() { GIT_AUTHOR_DATE="$1T11:20:00Z" GIT_COMMITTER_DATE="$1T11:20:00Z" git commit -q --author="$2" -m "$3"; }
M='Marta <marta@l10n.example>'; L='Luc <luc@l10n.example>'; mkdir i18n docs; printf '{"yes":"Yes"}\n' > i18n/en.json; printf '{"yes":"Ja"}\n' > i18n/de.json
printf 'How to translate\n' > docs/guide.md; git add .; c 2026-03-03 "$M" 'Import strings'; printf '{"yes":"Oui"}\n' > i18n/fr.json; git add .; c 2026-03-17 "$L" 'fr: initial translation'
git tag string-freeze
printf '{"yes":"Yes","no":"No"}\n' > i18n/en.json; git add .; c 2026-04-02 "$M" 'en: add no'; printf '{"yes":"Oui","no":"Non"}\n' > i18n/fr.json; git add .
c 2026-04-05 "$L" 'fr: translate no'; git checkout -q -b l10n-ja; printf '{"yes":"はい"}\n' > i18n/ja.json; git add .; c 2026-04-20 "$L" 'ja: start'; git checkout -q main
git branch stale-es string-freeze; printf '{"yes":"Sì"}\n' > i18n/it.json; git add .; c 2026-05-11 "$M" 'it: start'; git rm -q i18n/it.json; c 2026-07-01 "$M" 'it: postponed'
printf '{"yes":"Ja","no":"Nein"}\n' > i18n/de.json; git add .; c 2026-08-19 "$M" 'de: translate no'
printf '{"yes":"Ja","no":"Nö"}\n' > i18n/de.json; printf '{"yes":"Tak"}\n' > i18n/pl.json; git add i18n/pl.json; echo q > 'questions for dev.txt'
