mkdir -p po web/locales android/res/values android/res/values-fr android/res/values-ja glossary delivery/2026-10 delivery/2026-11 source legacy tmx 'to client'
H='msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
printf "${H}"'#: src/main.c:12\nmsgid "Open file"\nmsgstr "Datei öffnen"\n\n#, fuzzy\nmsgid "Save"\nmsgstr "Sichern"\n\nmsgid "Quit"\nmsgstr ""\n' > po/de.po
printf "${H}"'#: src/main.c:12\nmsgid "Open file"\nmsgstr "Ouvrir le fichier"\n\nmsgid "Save"\nmsgstr "Enregistrer"\n\nmsgid "Quit"\nmsgstr "Quitter"\n' > po/fr.po
printf "${H}"'msgid "Open file"\nmsgstr ""\n\n#, fuzzy\nmsgid "Save"\nmsgstr "Zapisz"\n\n#~ msgid "Close"\n#~ msgstr "Zamknij"\n' > po/pl.po
printf 'msgid "Open file"\r\nmsgstr "\xd6ppna fil"\r\n\r\nmsgid "Save"\r\nmsgstr "Spara"\r\n' > po/sv.po; printf 'msgid ""\nmsgstr ""\n\nmsgid "Open file"\nmsgstr ""\n' > po/app.pot
cp po/de.po po/de.po~; printf 'de\nfr\npl\n' > po/LINGUAS
printf '{"app.title":"Planner","btn.ok":"OK","btn.cancel":"Cancel","msg.late":"Too late"}\n' > web/locales/en.json
printf '{"app.title":"Planer","btn.ok":"OK","btn.cancel":"Abbrechen"}\n' > web/locales/de.json
printf '{"app.title":"Planificateur","btn.ok":"OK","btn.cancel":"","msg.late":"Trop tard"}\n' > web/locales/fr.json
printf '\xef\xbb\xbf{"app.title":"プランナー","btn.ok":"OK"}\n' > web/locales/ja.json; : > web/locales/ko.json
X='<resources>\n  <string name="app_name">Planner</string>\n'
printf "$X"'  <string name="hello">Hello %%1$s</string>\n  <string name="bye">Bye</string>\n</resources>\n' > android/res/values/strings.xml
printf "$X"'  <string name="hello">Bonjour</string>\n</resources>\n' > android/res/values-fr/strings.xml
printf "$X"'  <string name="hello">こんにちは %%1$s</string>\n</resources>\n' > android/res/values-ja/strings.xml
printf '%s\n' 'term,de,fr,status' 'file,Datei,fichier,approved' 'folder,Ordner,dossier,approved' 'link,Link,lien,draft' 'cloud,Cloud,nuage,rejected' 'share,teilen,partager,draft' \
  'inbox,,boîte,draft' > glossary/terms.csv
printf 'Datei\tfile\nOrdner\tfolder\nDatei\tfile\n' > glossary/pairs.tsv; printf 'OK\nPlanner\nWi-Fi\n' > glossary/donottranslate.txt
printf 'app.ok=Gut\r\napp.no=Nein\r\n' > legacy/messages_de.properties; printf 'app.ok=D\xe9j\xe0\n' > legacy/messages_fr.properties
printf 'app.ok=Good\napp.no=No\n# app.old=Old\napp.help=Help\n' > legacy/messages_en.properties; printf 'a\0p\0p\0' > legacy/utf16le.strings
printf '"greeting" = "Hej";\n"farewell" = "Hejdå";\n' > legacy/Localizable.strings
echo pdf > 'to client/Style guide DE.pdf'; echo pdf2 > 'to client/Style guide FR.pdf'; echo doc > 'to client/quote final.docx'; head -c 1800000 /dev/zero > tmx/memory.tmx
printf '<tmx><tu/><tu/></tmx>\n' > tmx/small.tmx; head -c 250000 /dev/zero > tmx/archive.tmx.gz; echo a > delivery/2026-10/de.zip; echo b > delivery/2026-10/fr.zip
echo c > delivery/2026-11/de.zip; echo c > delivery/2026-11/de-copy.zip
printf 'Hello  world\nTrailing space \n\n\nTab\there\nNo\xc2\xa0break\n' > source/messy.txt; printf 'one two three\nfour five\n' > source/help.txt
printf 'welcome to the planner\nplease save your work\n' > source/onboarding.txt
printf '%s\n' '2026-11-24 de 120 Marta' '2026-11-24 fr 340 Luc' '2026-11-25 de 80 Marta' '2026-11-26 ja 510 Aiko' '2026-11-27 fr 95 Luc' > wordcount.log
printf '#!/bin/sh\nmsgfmt po/de.po\n' > compile.sh; chmod 640 compile.sh; ln -s web/locales/en.json reference.json; ln -s po/it.po italian.po; echo key=123 > .memsource; chmod 644 .memsource
tar --sort=name --mtime='2026-11-01 UTC' -czf delivery/po-backup.tar.gz po; zip -q -X delivery/web.zip web/locales/*.json
printf '\nmsgid "Help"\nmsgstr "Hilfe"\n' >> po/de.po
touch -d '50 days ago' delivery/2026-10/* po/sv.po; touch -d '11 days ago' po/pl.po web/locales/de.json legacy/*
touch -d '3 days ago' android/res/values-fr/strings.xml 'to client/quote final.docx'; touch -d '40 minutes ago' web/locales/fr.json; touch -d '2022-08-01' tmx/archive.tmx.gz po/de.po~
touch -d '4 hours ago' po/de.po
