mkdir -p drafts/old interviews/raw transcripts invoices/paid shownotes music 'guest photos' tools
printf 'The harbour was quiet.\nNobody came to the harbour that night.\nTODO check the date\nThe end.\n' > drafts/opening.txt
printf 'Chapter draft\n\nShe said hello.  She left.\n\n\nFIXME too long\n' > 'drafts/second chapter.txt'; printf '# Outline\n- arrival\n- storm\n- letter\n' > drafts/outline.md
printf 'old stuff\n' > drafts/old/opening.txt; printf 'older\n' > drafts/old/prologue.txt; : > drafts/empty.txt; printf 'private\n' > drafts/.diary.txt
head -c 3300000 /dev/zero > interviews/maria.mp3; head -c 5600000 /dev/zero > interviews/raw/tom.wav; head -c 820000 /dev/zero > interviews/anna.mp3
head -c 1500000 /dev/zero > interviews/raw/street.wav
head -c 40000 /dev/zero | tr '\0' 'f' > interviews/raw/test.flac; echo jingle > music/jingle.mp3; echo theme > 'music/main theme.mp3'; echo bed > music/bed.ogg
printf 'MARIA: I grew up by the sea.\nHOST: Really?\nMARIA: Yes, the sea was everything.\nHOST: um and then\nMARIA: um we moved to Leeds.\n' > transcripts/maria.txt
printf 'HOST: Welcome back.\nTOM: Thanks, um, glad to be here.\nTOM: The radio was my life.\n' > transcripts/tom.txt; printf 'HOST: Hello Anna\nANNA: hello hello\n' > transcripts/anna.txt
printf '%s\n' number,client,amount,status,month 101,Beacon,450,paid,may 102,Harbour,1200,unpaid,may 103,Beacon,300,unpaid,june 104,Lumen,75,paid,june 105,Harbour,980,paid,july \
  106,Lumen,640,unpaid,july > invoices/invoices.csv
printf 'inv a\n' > invoices/beacon.pdf; printf 'inv b\n' > invoices/harbour.pdf; printf 'inv a\n' > invoices/paid/beacon-copy.pdf
printf '%s\n' '{"show":"Night Ferry","episodes":[{"title":"Tides","minutes":31,"guest":"Maria","published":true},{"title":"Static","minutes":52,"guest":"Tom","published":true},' \
 '{"title":"Salt","minutes":18,"guest":"Anna","published":false},{"title":"Lamps","minutes":44,"guest":"Tom","published":false}]}' > episodes.json
printf '%s\n' '2026-11-02 Tides 120' '2026-11-02 Static 310' '2026-11-03 Tides 95' '2026-11-04 Static 205' '2026-11-04 Tides 60' '2026-11-05 Lamps 12' > downloads.log
printf 'host: Nell\nguest: Maria\n' > shownotes/tides.md; printf 'host: Nell\nguest: Tom\nlink: http://radio.example\n' > shownotes/static.md; printf 'host: Sam\n' > shownotes/salt.html
echo p1 > 'guest photos/maria portrait.jpg'; echo p2 > 'guest photos/tom.JPG'; echo p3 > 'guest photos/anna.png'; printf '#!/bin/bash\necho publish\n' > tools/publish.sh
printf 'print("trim")\n' > tools/trim.py
chmod 644 tools/publish.sh; chmod 666 tools/trim.py; ln -s interviews/maria.mp3 latest.mp3; ln -s gone.wav stale.wav; printf 'milk\neggs\nbread\nmilk\ncoffee\neggs\n' > shopping.txt
printf 'theme=dark\nautosave=on\n' > .settings
printf '5\n40\n12\n7\n' > timings.txt; printf 'maria\nanna\npriya\n' > wanted.txt; printf 'tom\nmaria\nanna\n' > booked.txt; zip -q -X shownotes.zip shownotes/*.md; tar --sort=name \
  --mtime='2026-11-01 UTC' -czf drafts.tar.gz drafts
touch -d '90 days ago' drafts/old/prologue.txt interviews/raw/street.wav; touch -d '50 days ago' drafts/old/opening.txt
touch -d '12 days ago' interviews/maria.mp3 drafts/outline.md 'music/main theme.mp3'
touch -d '3 days ago' interviews/anna.mp3 transcripts/tom.txt; touch -d '35 days ago' interviews/raw/tom.wav invoices/beacon.pdf; touch -d '2023-05-06 12:00' music/jingle.mp3
touch -d '80 minutes ago' shownotes/tides.md
