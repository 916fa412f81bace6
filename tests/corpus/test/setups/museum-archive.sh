mkdir -p scans/1890s scans/1920s scans/thumbs letters catalogue exports staff/'old rota' web/img .cache/tiles lost+found
for n in 01 02 03 04; do head -c $((10#$n * 350000)) /dev/zero > scans/1890s/plate_$n.tif; echo "thumb $n" > scans/thumbs/plate_$n.png; done; for n in 11 12
do echo "scan $n" > scans/1920s/plate_$n.tif; done; echo "scan 12" > 'scans/1920s/plate 12 (copy).tif'; : > scans/1920s/plate_13.tif; echo meta > scans/1920s/plate_11.xmp
printf 'Dear Eliza,\nthe lamp arrived broken.\nYours, Thomas\n' > letters/1897-eliza.txt; printf 'Sir,\nI enclose the deed of the mill.\nThe mill is sold.\nA. Ward\n' > letters/1899-ward.txt
printf 'Eliza,\ncome at once.\nThomas\n' > 'letters/1901 telegram.txt'; printf 'transcribed by ms\n' > letters/README
{ echo id,title,room,year,condition,keeper; echo '1,Oil lamp,A,1895,fragile,Moss'; echo '2,Mill deed,C,1899,good,Okafor'; echo '3,Ferry bell,A,1880,good,Moss'
echo '4,Silk fan,B,1912,fragile,Lind'; echo '5,Tin soldier,B,1926,poor,Lind'; echo '6,Census map,C,1901,good,Okafor'; echo '7,Sextant,A,1901,poor,Moss'; } > catalogue/objects.csv
printf \
  '[{"object":"Oil lamp","to":"Leeds","days":30,"returned":true},{"object":"Silk fan","to":"York","days":90,"returned":false},{"object":"Sextant","to":"Hull","days":14,"retur'\
'ned":false},{"object":"Mill deed","to":"York","days":60,"returned":true}]\n' > catalogue/loans.json
printf '%s\n' '2026-11-16 09:58 in 14' '2026-11-16 12:30 out 6' '2026-11-17 10:05 in 31' '2026-11-18 10:00 in 9' '2026-11-18 11:10 alarm B' '2026-11-19 15:45 in 22' \
  '2026-11-19 16:00 alarm A' '2026-11-19 16:02 alarm A' > visitors.log
printf 'moss\nlind\nokafor\npetrie\n' > staff/all.txt; printf 'lind\nmoss\n' > staff/trained.txt; printf 'Mon Moss\nTue Lind\n' > staff/'old rota'/january.txt
printf 'Mon Lind\nTue Okafor\n' > staff/rota.txt; printf '<h1>Museum</h1>\n<img src="img/bell.jpg">\n<img src="img/fan.jpg">\n' > web/index.html; echo jpg > web/img/bell.jpg
echo jpg > web/img/unused.jpg
printf 'host=localhost\nport=5433\n# port=5432\nretries=3\n' > catalogue/db.ini; printf '#!/bin/bash\ncp catalogue/objects.csv exports/\n' > export.sh; chmod 750 export.sh
printf 'print(1)\n' > resize.py; chmod 777 resize.py; tar --sort=name --mtime='2026-11-01 UTC' -czf exports/letters.tar.gz letters; zip -qr -X exports/thumbs.zip scans/thumbs; cp \
  catalogue/objects.csv exports/objects-2025.csv
sed -i 's/poor/good/' exports/objects-2025.csv
ln -s catalogue/objects.csv current.csv; ln -s scans/1930s thirties; echo t1 > .cache/tiles/1.tile; echo t2 > .cache/tiles/2.tile; echo secret > .keys; chmod 600 .keys
printf 'a,b\n1,2\n' > exports/tiny.csv; printf 'caf\xe9\n' > staff/latin.txt; printf 'line one\r\nline two\r\n' > staff/dos.txt
touch -d '2023-03-01 10:00' scans/1890s/plate_01.tif scans/1890s/plate_02.tif; touch -d '70 days ago' exports/objects-2025.csv; touch -d '16 days ago' letters/1899-ward.txt export.sh
touch -d '4 days ago' letters/'1901 telegram.txt' web/index.html; touch -d '50 minutes ago' staff/rota.txt; touch -d '300 days ago' staff/'old rota'/january.txt
