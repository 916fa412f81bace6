mkdir -p src/drivers src/app include build/release build/debug tools docs/datasheets linker captures 'field logs'
printf '#include "uart.h"\n#include "gpio.h"\n#define BAUD 115200\nint main(void) {\n  uart_init(BAUD);\n  for (;;) { } // FIXME watchdog\n}\n' > src/app/main.c
printf 'void SystemInit(void) {}\n' > src/app/startup.S
printf '#include "uart.h"\n#define TX_BUF 64\nvoid uart_init(int b) { (void)b; }\nvoid uart_puts(const char *s) { while (*s) s++; }\n// TODO dma\n' > src/drivers/uart.c
printf '#include "gpio.h"\nvoid gpio_set(int p) { (void)p; }\nvoid gpio_clear(int p) { (void)p; }\n' > src/drivers/gpio.c
printf 'static int raw;\nint adc_read(void) { return raw; } // TODO calibrate\r\n' > src/drivers/adc.c
printf '#ifndef UART_H\n#define UART_H\nvoid uart_init(int);\nvoid uart_puts(const char *);\n#endif\n' > include/uart.h
printf '#pragma once\nvoid gpio_set(int);\nvoid gpio_clear(int);\n' > include/gpio.h
for o in main uart gpio adc; do echo "obj $o" > build/release/$o.o; echo "dbg $o" > build/debug/$o.o; echo "$o.o: x.h" > build/debug/$o.d; done
head -c 48000 /dev/zero > build/release/sensor.elf; head -c 210000 /dev/zero > build/debug/sensor.elf; head -c 16384 /dev/zero > build/release/sensor.bin
printf ':10010000214601360121470136007EFE09D2190140\n:100110002146017E17C20001FF5F16002148011928\n:00000001FF\n' > build/release/sensor.hex
printf ':10010000214601360121470136007EFE09D2190141\n:00000001FF\n' > build/debug/sensor.hex
printf '%s\n' 'Memory Configuration' 'FLASH 0x08000000 0x00040000 xr' 'RAM 0x20000000 0x00010000 xrw' '' '.text main 0x08000100 0x1a4 build/main.o' \
  '.text uart_init 0x080002a4 0x5c build/uart.o' '.text uart_puts 0x08000300 0x30 build/uart.o' \
 '.text gpio_set 0x08000330 0x18 build/gpio.o' '.bss rx_ring 0x20000000 0x400 build/uart.o' '.bss tick 0x20000400 0x4 build/main.o' '.data cal_table 0x20000404 0x80 build/adc.o' > \
  build/release/sensor.map
printf 'MEMORY {\n  FLASH (rx) : ORIGIN = 0x08000000, LENGTH = 256K\n  RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 64K\n}\n' > linker/stm32.ld
printf 'CC=arm-none-eabi-gcc\nCFLAGS=-Os -Wall -mcpu=cortex-m3\nall:\n\techo build\nflash:\n\techo flash\n' > Makefile
printf '%s\n' addr,reg,value,access 0x40013800,USART1_SR,0x00C0,ro 0x40013808,USART1_BRR,0x0271,rw 0x40010C0C,GPIOB_ODR,0x0020,rw 0x40012400,ADC1_SR,0x0000,ro 0x4001244C,ADC1_DR,0x07FF,ro > \
  docs/registers.csv
printf \
  '{"board":"sensor-v3","mcu":"stm32f103","clock_mhz":72,"pins":[{"name":"PA9","fn":"TX","af":1},{"name":"PA10","fn":"RX","af":1},{"name":"PB5","fn":"LED","af":0},{"name":"PA'\
'0","fn":"ADC","af":0}]}\n' > board.json
printf '%s\n' '[0.001] boot v3.1' '[0.120] adc: cal ok' '[1.500] uart: overrun' '[2.250] temp=23.5' '[3.250] temp=24.1' '[4.900] uart: overrun' '[5.000] HardFault pc=0x080002b0' \
  '[5.100] boot v3.1' > captures/uart0.log
printf 'AA 55 01 10\nAA 55 02 20\nAA 55 FF 00\nAA 55 02 21\n' > captures/frames.txt
printf '\xaa\x55\x01\x02\x03\x04\xde\xad\xbe\xef' > captures/raw.bin; : > captures/empty.bin; printf 't,temp\n0,23.5\n1,24.1\n2,-3.0\n3,25.9\n' > 'field logs/site A.csv'
printf 't,temp\n0,19.0\n1,18.2\n' > 'field logs/site B.csv'; head -c 1300000 /dev/zero > docs/datasheets/rm0008.pdf
echo ds > 'docs/datasheets/LM75 sensor.pdf'; printf '#!/bin/sh\nst-flash write "$1" 0x8000000\n' > tools/flash.sh; printf '#!/usr/bin/env python3\nprint("crc")\n' > tools/crc.py
chmod 755 tools/flash.sh; chmod 644 tools/crc.py; printf 'target remote :3333\nload\n' > .gdbinit
ln -s build/release/sensor.elf fw.elf; ln -s build/release/old.bin prev.bin; cp src/drivers/uart.c src/drivers/uart.c.orig; echo rej > src/app/main.c.rej
printf '  tabs\there\n' > docs/notes.txt; (cd build/release && sha256sum sensor.bin sensor.hex > SHA256SUMS); tar --sort=name --mtime='2026-11-01 UTC' -cJf docs/old-pcb.tar.xz \
  docs/datasheets/'LM75 sensor.pdf'
touch -d '1 hour ago' build/release/sensor.elf; sed -i 's/64/32/' src/drivers/uart.c.orig
touch -d '40 days ago' src/drivers/adc.c include/gpio.h docs/datasheets/*; touch -d '6 days ago' build/debug/*; touch -d '10 days ago' captures/frames.txt 'field logs/site B.csv'
touch -d '2 hours ago' include/uart.h build/release/uart.o; touch -d '400 days ago' docs/old-pcb.tar.xz src/drivers/uart.c.orig
