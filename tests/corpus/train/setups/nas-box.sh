mkdir -p media/movies/'Big Fish (2003)' media/movies/Solaris media/tv/'Slow Horses'/S01 media/tv/Dark/S02 media/music photos/2022 photos/2023 photos/inbox backups/daily backups/weekly \
  compose/jellyfin compose/nextcloud compose/pihole bin logs
head -c 7000000 /dev/zero > 'media/movies/Big Fish (2003)/Big Fish (2003).mkv'; echo sub > 'media/movies/Big Fish (2003)/Big Fish (2003).en.srt'
echo untertitel > 'media/movies/Big Fish (2003)/Big Fish (2003).de.srt'
head -c 4200000 /dev/zero > media/movies/Solaris/solaris.mp4; echo poster > media/movies/Solaris/poster.jpg; echo nfo > media/movies/Solaris/solaris.nfo; mkdir media/movies/Stalker
echo x > media/movies/Solaris/sample.txt
for e in 1 2 3; do head -c $((e*400000)) /dev/zero > "media/tv/Slow Horses/S01/Slow Horses S01E0$e.mkv"; done; echo s > 'media/tv/Slow Horses/S01/Slow Horses S01E01.srt'
head -c 600000 /dev/zero > media/tv/Dark/S02/dark.s02e01.mkv
head -c 90000 /dev/zero > media/tv/Dark/S02/dark.s02e02.mkv.part; echo flac > media/music/aria.flac; echo mp3 > media/music/aria.mp3; echo mp3b > media/music/fugue.mp3
for n in 1 2 3; do echo "raw$n" > photos/2022/IMG_100$n.JPG; echo "p$n" > photos/2023/IMG_200$n.jpg; done; cp photos/2022/IMG_1002.JPG photos/inbox/copy-of-1002.jpg
echo h > photos/inbox/IMG_3001.HEIC; echo v > photos/inbox/clip.mov; echo th > photos/2023/Thumbs.db; echo ds > photos/.DS_Store; echo ds > photos/2022/.DS_Store
for d in 01 08 15 20 27; do echo "backup $d" | gzip -n > backups/daily/home-2026-11-$d.tar.gz; done; touch -d '27 days ago' backups/daily/*-01.tar.gz
touch -d '20 days ago' backups/daily/*-08.tar.gz; touch -d '13 days ago' backups/daily/*-15.tar.gz
touch -d '8 days ago' backups/daily/*-20.tar.gz; touch -d '30 hours ago' backups/daily/*-27.tar.gz; tar --sort=name --mtime='2026-11-01 UTC' -czf backups/weekly/photos.tgz photos/2022; echo \
  junk > backups/weekly/photos.tgz.tmp
touch -d '190 days ago' backups/weekly/photos.tgz; : > backups/daily/failed.tar.gz
printf 'services:\n  jellyfin:\n    image: jellyfin/jellyfin:10.9\n    ports:\n      - 8096:8096\n    restart: unless-stopped\n' > compose/jellyfin/docker-compose.yml
printf 'TZ=Europe/Oslo\nPUID=1000\n' > compose/jellyfin/.env
printf 'services:\n  app:\n    image: nextcloud:29\n    ports:\n      - 8081:80\n  db:\n    image: mariadb:11\n' > compose/nextcloud/docker-compose.yml
printf 'DB_PASS=hunter2\nTZ=UTC\n' > compose/nextcloud/.env
printf 'services:\n  pihole:\n    image: pihole/pihole:latest\n    network_mode: host\n' > compose/pihole/compose.yaml
printf '0.0.0.0 ads.example\n0.0.0.0 track.example\n# end\n' > compose/pihole/blocklist.txt
printf '%s\n' device,model,size_gb,temp,hours,bay 'sda,WD Red,4000,34,21050,1' 'sdb,WD Red,4000,41,30990,2' sdc,IronWolf,8000,38,12005,3 'sdd,EVO 870,500,29,4100,0' > disks.csv
printf '%s\n' '2026/11/25 02:00:01 [311] sent 120450 bytes received 320 bytes' '2026/11/25 02:00:02 [311] rsync error: some files vanished (code 24)' \
  '2026/11/26 02:00:01 [402] sent 98020 bytes received 290 bytes' \
 '2026/11/27 02:00:01 [518] rsync: connection unexpectedly closed' '2026/11/27 02:00:01 [518] rsync error: error in socket IO (code 10)' \
  '2026/11/27 03:10:00 [530] sent 420001 bytes received 777 bytes' > logs/rsync.log
printf '%s\n' '192.168.1.20 play Solaris' '192.168.1.31 play Dark' '192.168.1.20 stop Solaris' '192.168.1.44 play Dark' '192.168.1.20 play Dark' > logs/jellyfin.log
echo 'FAILED LOGIN bob' > logs/auth.log; echo old | gzip -n > logs/auth.log.1.gz
printf \
  '{"libraries":[{"name":"Movies","path":"/media/movies","items":212,"enabled":true},{"name":"TV","path":"/media/tv","items":1804,"enabled":true},{"name":"Home videos","path"'\
':"/media/home","items":0,"enabled":false}]}\n' > library.json
printf '#!/bin/sh\nrsync -a /srv/ /mnt/usb/\n' > bin/backup.sh; printf '#!/bin/sh\ndf -h\n' > bin/space.sh; chmod 755 bin/backup.sh; chmod 600 bin/space.sh; ln -s ../media/movies bin/movies
ln -s /mnt/gone/usb usb; chmod 644 compose/nextcloud/.env; chmod 700 media/music; chmod 664 disks.csv; chmod 600 media/music/aria.mp3; printf 'tank/photos\ntank/media\n' > .datasets
touch -d '500 days ago' photos/2022/*.JPG; touch -d '200 days ago' photos/2023/*.jpg media/movies/Solaris/solaris.mp4
touch -d '3 days ago' media/tv/Dark/S02/*.part 'media/tv/Slow Horses/S01/'*; touch -d '9 days ago' logs/auth.log.1.gz media/music/*; touch -d '45 minutes ago' logs/jellyfin.log
