mkdir -p deploy/prod deploy/uat logs/archive config/old reports/'month end' tickets scripts backup vendor/lib
printf '%s\n' id,opened,priority,status,owner,module INC1001,2026-10-02,P1,open,ramesh,payroll INC1002,2026-10-03,P3,closed,sunita,leave \
 INC1003,2026-10-03,P2,open,ramesh,payroll INC1004,2026-10-05,P1,closed,imran,attendance INC1005,2026-10-07,P3,open,sunita,payroll \
 'INC1006,2026-10-07,P2,on hold,kavitha,leave' INC1007,2026-10-09,P1,open,imran,payroll INC1008,2026-10-11,P3,closed,ramesh,attendance > tickets/tickets.csv
printf '%s\n' '# payroll application' db.host=10.20.1.5 db.port=1521 db.user=payroll_app mail.enabled=true batch.size=500 '#batch.size=1000' '' session.timeout=30 > config/app.properties
printf '%s\n' '# UAT settings' db.host=10.20.9.40 db.port=1521 db.user=payroll_uat mail.enabled=false batch.size=50 session.timeout=30 > config/uat.properties
cp config/app.properties config/old/app.properties.bak; printf 'level=DEBUG\n' > config/old/log4j.properties
printf '%s\n' '[{"emp":"E101","name":"Ramesh Kumar","dept":"Finance","active":true,"ctc":850000},' '{"emp":"E102","name":"Sunita Rao","dept":"HR","active":true,"ctc":620000},' \
 '{"emp":"E103","name":"Imran Sheikh","dept":"IT","active":false,"ctc":1240000},' '{"emp":"E104","name":"Kavitha S","dept":"IT","active":true,"ctc":910000}]' > config/employees.json
printf '%s\n' '2026-11-20 09:15:02 INFO [main] Payroll batch started' '2026-11-20 09:15:40 ERROR [batch-1] ORA-00942: table or view does not exist' \
  '2026-11-20 09:16:10 WARN [batch-2] Slow query 4200 ms' \
 '2026-11-20 10:02:11 ERROR [batch-1] NullPointerException at SalaryCalc' '2026-11-21 11:30:00 INFO [http-3] User sunita logged in' '2026-11-21 11:31:09 ERROR [http-3] ORA-12541: no listener' \
 '2026-11-21 11:45:30 WARN [batch-2] Slow query 900 ms' '2026-11-21 12:00:00 INFO [main] Payroll batch completed' '2026-11-22 08:00:00 ERROR [batch-1] NullPointerException at TaxSlab' > \
  logs/payroll.log
printf '%s\n' 'in E101 09:02' 'in E102 09:41' 'out E101 18:10' 'in E104 10:15' 'out E102 17:30' 'in E101 09:05' > logs/attendance.log
: > logs/gc.log; head -c 1700000 /dev/zero | tr '\0' 'c' > logs/catalina.out; printf 'timeout\nTimeout\nok\n' > logs/.watchdog.log
for m in 08 09 10; do printf 'INFO month %s\nERROR month %s\n' $m $m > logs/archive/payroll-2026-$m.log; done; printf 'swipe\n' | gzip -n > logs/archive/attendance-2026-10.log.gz
head -c 2000000 /dev/zero > deploy/prod/payroll.war; head -c 900000 /dev/zero > deploy/prod/leave.war; head -c 2100000 /dev/zero > deploy/uat/payroll.war
head -c 300000 /dev/zero > deploy/uat/attendance.war
ln -s prod deploy/current; ln -s ../vendor/lib/ojdbc6.jar deploy/ojdbc.jar; echo j8 > vendor/lib/ojdbc8.jar; echo c > vendor/lib/commons-io.jar
printf '#!/bin/bash\n# starts tomcat\nexport JAVA_OPTS=-Xmx2g\necho starting\n' > scripts/start.sh; printf '#!/bin/bash\necho stopping\n' > scripts/stop.sh; chmod 755 scripts/start.sh
chmod 644 scripts/stop.sh
printf '#!/bin/bash\ntar czf b.tgz config\n' > 'scripts/take backup.sh'; printf 'import os\nprint("cleanup")\n' > scripts/cleanup.py; chmod 777 scripts/cleanup.py
i=0; for d in 35 21 7 1; do i=$((i+1)); printf 'CREATE TABLE EMP_%s (ID NUMBER);\nINSERT INTO EMP_%s VALUES (1);\n' $i $i > backup/db_dump_0$i.sql
touch -d "$d days ago 2 hours ago" backup/db_dump_0$i.sql; done
tar --sort=name --mtime='2026-11-01 UTC' -czf backup/config_backup.tar.gz config; echo sept > reports/salary_sept.xlsx; echo oct-salary > reports/salary_oct.xlsx; echo pf > \
  'reports/month end/PF statement.pdf'
echo esi-x > 'reports/month end/ESI challan.pdf'
printf 'Emp,Days\nE101,22\nE102,19\nE103,0\nE104,21\n' > reports/attendance.csv; printf 'DB_PASS=secret\n' > .env; echo 'handover by Ramesh' > 'handover notes.txt'
echo tmp > reports/~draft.tmp; echo t > tickets/reply.tmp
printf 'E101\nE103\nE105\n' > tickets/exit_list.txt; printf 'E101\nE102\nE103\nE104\n' > tickets/emp_list.txt
md5sum deploy/prod/*.war > deploy/prod.md5
touch -d '100 days ago' logs/archive/payroll-2026-08.log; touch -d '60 days ago' logs/archive/payroll-2026-09.log; touch -d '20 days ago' logs/archive/payroll-2026-10.log
touch -d '25 days ago' logs/archive/*.gz
touch -d '12 days ago' deploy/prod/payroll.war; touch -d '40 days ago' deploy/prod/leave.war; touch -d '2 days ago' deploy/uat/payroll.war; touch -d '200 days ago' deploy/uat/attendance.war
touch -d '70 days ago' reports/salary_sept.xlsx; touch -d '30 days ago' reports/salary_oct.xlsx; touch -d '15 days ago' reports/'month end'/*; touch -d '26 hours ago' logs/catalina.out
touch -d '5 days ago' logs/gc.log config/old/*
