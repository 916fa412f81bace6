# the thesis under git, with a branch for the jury and corrections not yet recorded
git init -q -b principal; git config user.name Solene; git config user.email solene@labo.fr
n=0; c() { n=$((n+1)); export GIT_AUTHOR_DATE="2026-09-1$n 14:30:00 +0200" GIT_COMMITTER_DATE="2026-09-1$n 14:30:00 +0200"; git add -A; git commit -qm "$1" ${2:+--author="$2"}; }
printf 'Introduction\nLe plancton.\n' > intro.tex; printf 'Methodes\n' > methodes.tex; printf '*.aux\n*.pdf\n' > .gitignore; c 'premier jet'
mkdir figs; echo carte > figs/carte.svg; c 'ajout de la carte'; git tag v1-encadrant
echo 'La bouee A.' >> methodes.tex; c 'methodes: bouee' 'Yann <yann@labo.fr>'
git checkout -q -b jury; echo 'Remerciements au jury.' > merci.tex; c 'remerciements'; git checkout -q principal
echo 'Resultats' > resultats.tex; c 'resultats, version courte'; echo 'Le sel.' >> resultats.tex; c 'resultats: le sel' 'Yann <yann@labo.fr>'; git tag v2-relecture
git branch -q essai-figures HEAD~2; git rm -q figs/carte.svg; c 'retire la carte'
echo 'une idee' >> intro.tex; git stash push -q -m 'idee pour intro'
echo 'Le courant.' >> resultats.tex; echo 'Annexe' > annexe.tex; git add annexe.tex; echo brouillon > brouillon.txt; echo a > intro.aux
git remote add origin https://forge.labo.fr/solene/these.git
