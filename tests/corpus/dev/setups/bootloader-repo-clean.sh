git init -q -b main; git config user.name 'Jo Vance'; git config user.email jo@embed.example; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$1T16:45:00Z" GIT_COMMITTER_DATE="$1T16:45:00Z" git commit -q --author="$2" -m "$3"; }
J='Jo Vance <jo@embed.example>'; P='Petra Lang <petra@embed.example>'; mkdir boot hal; printf 'int crc32(void);\nint jump(void);\n' > boot/boot.c
printf 'void flash_erase(void);\n' > hal/flash.c; printf '*.o\n*.elf\nbuild/\n' > .gitignore; printf 'all:\n' > Makefile
git add .; c 2026-03-02 "$J" 'boot: skeleton'; printf 'void flash_erase(void);\nvoid flash_write(void);\n' > hal/flash.c; git add .; c 2026-03-20 "$P" 'hal: flash write'; git tag v0.9
printf 'int crc32(void);\nint jump(void);\nint verify(void);\n' > boot/boot.c; git add .; c 2026-04-11 "$J" 'boot: verify image before jump'
printf '#define VERSION "1.0"\n' > boot/version.h; git add .; c 2026-05-05 "$J" 'release 1.0'; git tag -a v1.0 -m 'bootloader 1.0'; git checkout -q -b dfu
printf 'int dfu(void);\n' > boot/dfu.c; git add .; c 2026-06-01 "$P" 'dfu: usb download'; printf 'int dfu(void);\nint dfu_abort(void);\n' > boot/dfu.c; git add .
c 2026-06-09 "$P" 'dfu: abort'
git checkout -q main; printf 'void flash_erase(void);\nvoid flash_write(void);\nvoid flash_lock(void);\n' > hal/flash.c; git add .; c 2026-07-07 "$J" 'hal: lock after write'
git branch spi-flash v0.9; printf 'void blink(void);\n' > hal/led.c; git add .; c 2026-09-09 "$P" 'hal: led blink'
git stash list > /dev/null; printf 'int broken\n' >> boot/boot.c; git add boot/boot.c; printf 'void flash_lock(void);\n' > hal/flash.c; echo obj > boot/boot.o; echo n > TODO.txt; mkdir build
echo e > build/boot.elf
git reset -q --hard; git clean -fdxq
