mkdir -p games/Skyrim/mods games/Skyrim/saves games/Stardew/Mods/CJBCheats games/Stardew/saves games/Doom/wads screenshots/2025 Downloads .local/share/proton/pfx .config/mangohud \
  'Modded Packs' replays
for n in 1 2 3 4; do echo "quicksave $n" > games/Skyrim/saves/quicksave$n.ess; done; echo auto > games/Skyrim/saves/autosave.ess; echo bak > games/Skyrim/saves/autosave.ess.bak
head -c 3400000 /dev/zero > games/Skyrim/mods/HDTextures.bsa; head -c 220000 /dev/zero > games/Skyrim/mods/Immersive.esp; echo esp > games/Skyrim/mods/Weather.esp
echo off > games/Skyrim/mods/OldHair.esp.disabled; echo off2 > games/Skyrim/mods/Dragons.esp.disabled
printf '{"Name":"CJB Cheats","Version":"1.35.0","Author":"CJBok","EnabledByDefault":true}\n' > games/Stardew/Mods/CJBCheats/manifest.json
mkdir games/Stardew/Mods/Tractor 'games/Stardew/Mods/Empty Mod'
printf '{"Name":"Tractor","Version":"4.16.2","Author":"Pathoschild","EnabledByDefault":false}\n' > games/Stardew/Mods/Tractor/manifest.json; echo dll > games/Stardew/Mods/Tractor/Tractor.dll
echo farm > 'games/Stardew/saves/Berry Farm_123'; echo farm2 > games/Stardew/saves/Goat_777; echo old > games/Stardew/saves/Goat_777_old
head -c 1400000 /dev/zero > games/Doom/wads/doom2.wad; head -c 700000 /dev/zero > games/Doom/wads/sigil.WAD; echo txt > games/Doom/wads/sigil.txt
for n in 01 02 03; do head -c $((10#$n * 210000)) /dev/zero > screenshots/skyrim_$n.png; done; echo j > screenshots/2025/doom_win.jpg; echo j2 > 'screenshots/stardew fishing.jpg'
cp screenshots/skyrim_01.png Downloads/skyrim_01.png; head -c 1200000 /dev/zero > replays/match_a.dem; echo demo > replays/match_b.dem; : > replays/corrupt.dem
echo zipzip > Downloads/setup.exe; (cd games/Skyrim && zip -qr -X ../../Downloads/weather-mod.zip mods/Weather.esp)
(cd games/Stardew/Mods && tar --sort=name --mtime='2026-11-01 UTC' -czf ../../../Downloads/tractor.tar.gz Tractor); echo part > Downloads/elden.iso.part; echo rar > Downloads/pack.rar
printf '[Display]\niSize W=1920\niSize H=1080\nbFull Screen=1\nfGamma=1.0\n[Audio]\nfMusic=0.8\n' > games/Skyrim/Skyrim.ini
printf 'Weather.esp\nImmersive.esp\n#OldHair.esp\nMissing.esp\n' > games/Skyrim/plugins.txt; printf 'fps_limit=144\nno_display\ngpu_temp\ncpu_temp\n' > .config/mangohud/MangoHud.conf
printf '%s\n' '00:01 info launching skyrim' '00:03 warn fsync not supported' '00:04 err: shader compile failed 0x12' '00:09 info fps 61' '00:12 err: missing vcrun2019' '00:20 info fps 144' \
  '00:31 err: shader compile failed 0x40' '01:10 info exit code 0' > games/proton.log
printf '%s\n' game,hours,achievements,last_played,size_gb 'Skyrim,412,61,2026-11-25,22' 'Stardew,230,38,2026-11-01,1' 'Doom,12,9,2025-02-14,3' 'Portal 2,19,40,2024-06-30,11' \
  'Factorio,804,0,2026-11-27,4' > library.csv
printf '%s\n' 'zed 2100' 'ninja 1850' 'kiki 2210' 'zed 1990' 'bot7 100' 'ninja 2005' > scores.txt; printf 'zed\nbot7\nlag_lord\n' > banned.txt; printf 'kiki\nzed\nninja\n' > friends.txt
printf '#!/bin/bash\nMANGOHUD=1 %%command%%\n' > launch.sh; chmod 644 launch.sh; echo reg > .local/share/proton/pfx/user.reg; echo tmp > .local/share/proton/pfx/shader.tmp
ln -s games/Skyrim/saves skysaves; ln -s /mnt/ssd/Steam steamlib; echo pack > 'Modded Packs/ultra pack.txt'; cp -r games/Skyrim/saves 'Modded Packs/saves copy'
echo modded > 'Modded Packs/saves copy/autosave.ess'
touch -d '45 days ago' games/Skyrim/saves/quicksave1.ess screenshots/skyrim_01.png; touch -d '9 days ago' games/Skyrim/saves/quicksave2.ess screenshots/skyrim_02.png replays/match_a.dem
touch -d '31 hours ago' games/Skyrim/saves/quicksave3.ess games/Stardew/saves/Goat_777; touch -d '2 hours ago' games/Skyrim/saves/autosave.ess
touch -d '20 minutes ago' games/Skyrim/saves/quicksave4.ess; touch -d '2025-03-03' screenshots/2025/doom_win.jpg games/Doom/wads/*
touch -d '60 days ago' Downloads/setup.exe Downloads/pack.rar games/Stardew/saves/Goat_777_old games/Skyrim/mods/OldHair.esp.disabled
